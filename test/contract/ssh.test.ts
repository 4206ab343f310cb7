import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Hosts, openHosts } from '../../src/adapters/ssh.ts';
import type { SshConfig } from '../../src/config/schema.ts';
import { echoServer, hostContract, tunnelContract } from '../support/host-suite.ts';
import { makeSshLab, type Sshd, type SshLab } from './sshd.ts';

let lab: SshLab;
let server: Sshd;
let knownHostsFile: string;

beforeAll(async () => {
  lab = makeSshLab();
  server = await lab.start();
  knownHostsFile = lab.writeKnownHosts('known_hosts', [server]);
});

afterAll(() => lab?.stop());

function configOf(change: Partial<SshConfig> = {}): SshConfig {
  const noConfig = path.join(lab.directory, 'empty_config');
  writeFileSync(noConfig, '');
  return {
    port: server.port,
    identityFile: lab.identityFile,
    knownHostsFile,
    configFile: noConfig,
    addresses: {},
    ...change,
  };
}

function open(change: Partial<SshConfig> = {}): Hosts {
  const hosts = openHosts(configOf(change));
  onTestFinished(() => hosts.close());
  return hosts;
}

function hostWith(change: Partial<SshConfig> = {}) {
  return open(change).hostOf({ name: 'w1', address: '127.0.0.1' });
}

describe('as every transport', () => {
  hostContract(() => hostWith());
  let port = 0;
  beforeEach(async () => {
    port = await echoServer();
  });
  tunnelContract(
    () => hostWith(),
    () => port,
  );
});

describe('commands', () => {
  test('half a script does nothing', () => {
    const marker = path.join(lab.directory, 'half');
    const half = `{\ntouch ${marker}\n`;
    expect(() => execFileSync('sh', ['-s'], { input: half, stdio: 'pipe' })).toThrow();
    expect(existsSync(marker)).toBe(false);
  });

  test('commands share one connection, opened once by those that come together', async () => {
    const host = hostWith();
    const parents = await Promise.all(
      [1, 2, 3, 4].map(async () => (await host.run('echo $SSH_CONNECTION')).stdout),
    );
    expect(new Set(parents).size).toBe(1);
  });

  test('the socket directory is private and gone afterwards', async () => {
    // Others of this machine make such directories too.
    const own = path.join(lab.directory, 'tmp');
    mkdirSync(own);
    vi.stubEnv('TMPDIR', own);
    onTestFinished(() => void vi.unstubAllEnvs());
    const hosts = open();
    await hosts.hostOf({ name: 'w1', address: '127.0.0.1' }).run('true');
    const [made = ''] = readdirSync(own).map((name) => path.join(own, name));
    expect(path.basename(made)).toMatch(/^kubestair-/);
    expect(statSync(made).mode & 0o777).toBe(0o700);
    await hosts.close();
    expect(existsSync(made)).toBe(false);
  });
});

describe('streams', () => {
  test('a slow reader holds the host back', async () => {
    const host = hostWith();
    const counter = path.join(lab.directory, 'written');
    const script = `i=0; while [ $i -lt 400 ]; do head -c 1000000 /dev/zero; i=$((i+1)); echo $i > ${counter}; done`;
    for await (const _ of host.stream(script)) {
      await sleep(1500);
      break;
    }
    expect(Number(readFileSync(counter, 'utf8'))).toBeLessThan(100);
  });

  test('a failure at the end is an error, and so is an abort in the middle', async () => {
    const host = hostWith();
    await expect(drained(host.stream('echo some; echo why >&2; exit 2'))).rejects.toMatchObject({
      code: 'HOST_COMMAND',
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('cancelled')), 300);
    await expect(
      drained(host.stream('while :; do echo x; sleep 0.01; done', { signal: stop.signal })),
    ).rejects.toThrow('cancelled');
  });
});

describe('sending', () => {
  async function* zeros(megabytes: number): AsyncGenerator<Uint8Array> {
    for (let sent = 0; sent < megabytes; sent += 1) yield Buffer.alloc(1_000_000);
  }

  test('megabytes arrive whole, and what the script prints comes back', async () => {
    const file = path.join(lab.directory, "sent 'file'");
    const { stdout } = await hostWith().send(`cat >"${file}"; stat -c %s "${file}"`, zeros(30));
    expect(stdout).toBe('30000000\n');
  });

  test('a script that ends early says why, and its source is not read to its end', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1;
        yield Buffer.alloc(1_000_000);
      }
    }
    await expect(
      hostWith().send('head -c 10 >/dev/null; echo full >&2; exit 7', endless()),
    ).rejects.toMatchObject({
      code: 'HOST_COMMAND',
      message: expect.stringContaining('exit code 7: full'),
    });
    expect(read).toBeLessThan(100);
  });

  test('a source that fails ends the script with it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new Error('broken source');
    }
    await expect(hostWith().send('cat >/dev/null', broken())).rejects.toThrow('broken source');
  });

  test('a slow reader holds the source back', async () => {
    let read = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of zeros(200)) {
        read += 1;
        yield chunk;
      }
    }
    await hostWith().send(
      'sleep 1; cat >/dev/null',
      (async function* () {
        const started = Date.now();
        for await (const chunk of counted()) {
          if (Date.now() - started < 800) expect(read).toBeLessThan(100);
          yield chunk;
        }
      })(),
    );
    expect(read).toBe(200);
  });

  test('an abort ends it', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('cancelled')), 300);
    const slow = (async function* () {
      for (;;) {
        await sleep(20);
        yield Buffer.alloc(10);
      }
    })();
    await expect(hostWith().send('cat >/dev/null', slow, { signal: stop.signal })).rejects.toThrow(
      'cancelled',
    );
  });
});

test('a tunnel leads to a Unix socket of the host as well', async () => {
  const socketPath = path.join(lab.directory, 'echo.sock');
  const echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(socketPath, resolve));
  onTestFinished(() => void echo.close());
  const tunnel = await hostWith().tunnel({ socket: socketPath });
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(tunnel.socketPath, () => socket.write('hello'));
    socket.on('data', (data: Buffer) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  expect(answer).toBe('hello');
  await tunnel.close();
});

test('a tunnel carries bytes to an address as the host sees it', async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void echo.close());
  const { port } = echo.address() as { port: number };
  const tunnel = await hostWith().tunnel({ host: '127.0.0.1', port });
  expect(tunnel.socketPath.length).toBeLessThan(108);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(tunnel.socketPath, () => socket.write('hello'));
    socket.on('data', (data: Buffer) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  expect(answer).toBe('hello');
  await tunnel.close();
  expect(existsSync(tunnel.socketPath)).toBe(false);
});

describe('a host that must not be trusted or does not answer', () => {
  test('a changed key', async () => {
    const other = await lab.start();
    const swapped = lab.writeKnownHosts('swapped', [{ port: server.port, hostKey: other.hostKey }]);
    await expect(hostWith({ knownHostsFile: swapped }).run('true')).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      object: 'Node/w1',
      location: { file: swapped, line: 1 },
      next: expect.stringContaining('ssh-keygen -R'),
    });
  });

  test('an unknown key', async () => {
    const empty = lab.writeKnownHosts('empty', []);
    await expect(hostWith({ knownHostsFile: empty }).run('true')).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      next: expect.stringContaining('ssh-keyscan'),
    });
  });

  test('an ssh_config that turns host keys off does not weaken it', async () => {
    const empty = lab.writeKnownHosts('empty', []);
    const lax = path.join(lab.directory, 'lax_config');
    writeFileSync(lax, 'Host *\n  StrictHostKeyChecking no\n  ForwardAgent yes\n  RemoteCommand false\n');
    await expect(hostWith({ knownHostsFile: empty, configFile: lax }).run('true')).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
    });
    const { stdout } = await hostWith({ configFile: lax }).run('echo "agent=$SSH_AUTH_SOCK"');
    expect(stdout).toBe('agent=\n');
  });

  test('an unknown key of a jump host, and the same jump host once it is known', async () => {
    const jump = await lab.start();
    const lax = path.join(lab.directory, 'lax_config');
    writeFileSync(lax, 'Host *\n  StrictHostKeyChecking no\n');
    const viaJump = { proxyJump: `127.0.0.1:${jump.port}`, configFile: lax };
    await expect(hostWith(viaJump).run('true')).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      message: expect.stringContaining(`[127.0.0.1]:${jump.port}`),
    });
    const both = lab.writeKnownHosts('both', [server, jump]);
    const { stdout } = await hostWith({ ...viaJump, knownHostsFile: both }).run('echo through');
    expect(stdout).toBe('through\n');
  });

  test('a key that the host does not accept', async () => {
    const stranger = path.join(lab.directory, 'stranger');
    if (!existsSync(stranger)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    await expect(hostWith({ identityFile: stranger }).run('true')).rejects.toMatchObject({
      code: 'HOST_AUTH',
    });
  });

  test('nobody listening, and a name that nothing knows', async () => {
    const gone = await lab.start();
    await gone.stop();
    await expect(hostWith({ port: gone.port }).run('true')).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining('Connection refused'),
    });
    await expect(hostWith({ addresses: { w1: 'no-such-host.invalid' } }).run('true')).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
    });
  });

  test('sudo that asks for a password', async () => {
    const bin = path.join(lab.directory, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'id'), '#!/bin/sh\necho 1000\n');
    writeFileSync(path.join(bin, 'sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n');
    for (const name of ['id', 'sudo']) chmodSync(path.join(bin, name), 0o755);
    const asking = await lab.start({ environment: { PATH: `${bin}:/usr/bin:/bin` } });
    const file = lab.writeKnownHosts('asking', [asking]);
    const host = hostWith({ port: asking.port, knownHostsFile: file });
    await expect(host.run('true', { sudo: true, allowFailure: true })).rejects.toMatchObject({
      code: 'HOST_SUDO',
    });
    expect((await host.run('echo plain')).stdout).toBe('plain\n');
  });
});

test('a connection that breaks is HOST_UNREACHABLE, and the next command connects anew', async () => {
  const brittle = await lab.start();
  const file = lab.writeKnownHosts('brittle', [brittle]);
  const host = hostWith({ port: brittle.port, knownHostsFile: file });
  const running = host.run('sleep 60');
  await sleep(500);
  const failed = expect(running).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  await brittle.stop();
  await failed;
  await expect(host.run('true')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  const again = await lab.start({ port: brittle.port });
  lab.writeKnownHosts('brittle', [again]);
  expect((await host.run('echo back')).stdout).toBe('back\n');
});

async function drained(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
