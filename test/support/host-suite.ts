import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Host } from '../../src/ports/host.ts';

/** What every transport owes whoever reaches a host by it. @param open a host whose commands run with the rights of root or of this user */
export function hostContract(open: () => Host): void {
  test('a script runs through sh, with its output, exit code and errors', async () => {
    const host = open();
    const result = await host.run('printf "%s" "$0 out"; echo err >&2; exit 3', { allowFailure: true });
    expect(result).toEqual({ exitCode: 3, stdout: 'sh out', stderr: 'err\n' });
    await expect(host.run('echo broken >&2; exit 3')).rejects.toMatchObject({
      code: 'HOST_COMMAND',
      message: expect.stringContaining('exit code 3: broken'),
    });
  });

  test('the script is in no process list and no command of it reads the rest', async () => {
    const { stdout } = await open().run('secret=open-sesame\ncat\nps -eo args\necho end');
    expect(stdout).toContain('end');
    expect(stdout).not.toContain('open-sesame');
  });

  test('exit code 255 of a script is not taken for a lost connection', async () => {
    await expect(open().run('exit 255')).rejects.toMatchObject({ code: 'HOST_COMMAND' });
  });

  test('commands run side by side', async () => {
    const host = open();
    const answers = await Promise.all([1, 2, 3, 4].map(async (n) => (await host.run(`echo ${n}`)).stdout));
    expect(answers).toEqual(['1\n', '2\n', '3\n', '4\n']);
  });

  test('a time limit and an abort end the command', async () => {
    const host = open();
    await host.run('true');
    await expect(host.run('sleep 60', { timeoutSeconds: 0.3 })).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining('within 0.3 s'),
    });
    const stop = new AbortController();
    const running = host.run('sleep 60', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('cancelled')), 100);
    await expect(running).rejects.toThrow('cancelled');
    expect((await host.run('echo alive')).stdout).toBe('alive\n');
  });

  test('megabytes arrive whole and in order', async () => {
    let bytes = 0;
    for await (const chunk of open().stream('head -c 30000000 /dev/zero')) bytes += chunk.length;
    expect(bytes).toBe(30_000_000);
  });

  test('a failure at the end of a stream is an error', async () => {
    const drain = async () => {
      for await (const _ of open().stream('echo some; echo why >&2; exit 2'));
    };
    await expect(drain()).rejects.toMatchObject({ code: 'HOST_COMMAND' });
  });

  test('megabytes that are sent arrive whole, and what the script prints comes back', async () => {
    async function* zeros(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 30; sent += 1) yield Buffer.alloc(1_000_000);
    }
    expect((await open().send('wc -c', zeros())).stdout.trim()).toBe('30000000');
  });

  test('a source that fails ends the script with it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new Error('broken source');
    }
    await expect(open().send('cat >/dev/null', broken())).rejects.toThrow('broken source');
  });
}

/** A tunnel to an HTTP server on the host, which answers with what it was sent. @param port where it listens on 127.0.0.1 as the host sees it */
export function tunnelContract(open: () => Host, port: () => number): void {
  test('a tunnel carries bytes both ways, connection by connection', async () => {
    const tunnel = await open().tunnel({ host: '127.0.0.1', port: port() });
    expect(tunnel.socketPath.length).toBeLessThan(108);
    const ask = async (body: string) => {
      const socket = connect(tunnel.socketPath);
      socket.write(
        `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return (await text(socket)).split('\r\n\r\n')[1] ?? '';
    };
    const [short, long] = await Promise.all([ask('hello'), ask('x'.repeat(100_000))]);
    expect(short).toContain('hello');
    expect(long.replaceAll(/[^x]/g, '')).toHaveLength(100_000);
    await tunnel.close();
  });
}

/** Answers every request with its body. @returns its port on 127.0.0.1 */
export async function echoServer(): Promise<number> {
  const server = createServer((request, response) => void request.pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}
