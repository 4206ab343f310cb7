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
  /** What it gets to end by itself; default 500. */
  readonly graceMilliseconds?: number;
}

const READY_SECONDS = 60;

/** Starts a server of this machine, waits until it is ready, and ends it when it is disposed of. */
export async function startServer({
  command,
  args,
  env,
  ready,
  graceMilliseconds = 500,
}: ServerOptions): Promise<Server> {
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
      const late = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
      await ended;
      clearTimeout(late);
    },
  };
  const deadline = performance.now() + READY_SECONDS * 1000;
  for (;;) {
    try {
      await ready();
      // What answers may be another server, whose port this one wanted.
      if (child.exitCode === null) return server;
      throw new Error('it has ended');
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) {
        server.kill();
        throw new Error(`${command} did not become ready:\n${said}`, { cause: error });
      }
      await sleep(100);
    }
  }
}

/** The kernel gives connections ports from 32768 on (net.ipv4.ip_local_port_range), whoever was promised one. */
const PORTS = { from: 15_000, to: 32_000, perProcess: 100 };
let given = 0;

/** A TCP port of 127.0.0.1 that nobody listens on, out of some that no other test process running now is given. */
export async function freePort(): Promise<number> {
  const shares = (PORTS.to - PORTS.from) / PORTS.perProcess;
  const first = PORTS.from + (process.pid % shares) * PORTS.perProcess;
  for (let tries = 0; tries < PORTS.perProcess; tries += 1) {
    const port = first + (given++ % PORTS.perProcess);
    if (await isFree(port)) return port;
  }
  throw new Error(`all ports from ${first} to ${first + PORTS.perProcess} are taken`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
