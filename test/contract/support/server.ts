import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Server extends AsyncDisposable {
  readonly pid: number;
  /** Kills it without a chance to say goodbye. */
  kill(): void;
}

export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Rejects while the server is not ready yet. */
  readonly ready: () => Promise<unknown>;
}

const READY_SECONDS = 60;

/** Starts a server of this machine, waits until it is ready, and ends it when it is disposed of. */
export async function startServer({ command, args, env, ready }: ServerOptions): Promise<Server> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const ended = once(child, 'exit');
  const server: Server = {
    pid: child.pid ?? 0,
    kill: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
    },
  };
  const deadline = performance.now() + READY_SECONDS * 1000;
  for (;;) {
    try {
      await ready();
      return server;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) {
        server.kill();
        throw new Error(`${command} did not become ready:\n${said}`, { cause: error });
      }
      await sleep(100);
    }
  }
}

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
