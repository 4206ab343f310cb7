import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { CommandResult } from '../ports/host.ts';
import { CONNECTION_FAILED } from './ssh-errors.ts';

/** More of standard error than this is of no use to anybody; the end says what went wrong. */
const STDERR_KEPT = 64 * 1024;
/** What a killed ssh printed may take so long to arrive. */
const LAST_WORDS_MILLISECONDS = 100;

export interface SshProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The end of standard error so far. */
  stderr(): string;
  /** Exit code, or undefined after a signal; never rejects. */
  readonly ended: Promise<number | undefined>;
  /** Why ssh could not be started at all. */
  startError(): Error | undefined;
  kill(): void;
}

/** Starts the system's ssh. */
export function startSsh(args: readonly string[]): SshProcess {
  // Messages are told apart by their text, which must not depend on the language of the machine.
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn('ssh', args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let stderr = '';
  let startError: Error | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  // A remote end that goes away closes the pipe; the exit code says so.
  child.stdin.on('error', () => {});
  const ended = new Promise<number | undefined>((resolve) => {
    child.on('error', (error) => {
      startError = error;
      resolve(undefined);
    });
    child.on('close', (code) => resolve(code ?? undefined));
  });
  // The process that shares connections holds the pipes too, until the remote command ends: that is not waited for.
  const letGo = (): void => {
    setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, LAST_WORDS_MILLISECONDS);
  };
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: () => stderr,
    ended,
    startError: () => startError,
    kill: () => {
      child.kill('SIGTERM');
      if (child.exitCode !== null || child.signalCode !== null) letGo();
      else child.once('exit', letGo);
    },
  };
}

/** Gives a process its input and takes what it prints. @throws what the input throws; the process is killed then */
export async function collect(
  running: SshProcess,
  input: string | AsyncIterable<Uint8Array>,
): Promise<CommandResult> {
  const chunks: Buffer[] = [];
  running.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (typeof input === 'string') running.stdin.end(input);
  else await feed(running, input);
  const code = await running.ended;
  return {
    exitCode: code ?? CONNECTION_FAILED,
    stdout: Buffer.concat(chunks).toString('utf8'),
    stderr: running.stderr(),
  };
}

/** As fast as the process reads. One that ends before its input does says why with its exit code. */
async function feed(running: SshProcess, input: AsyncIterable<Uint8Array>): Promise<void> {
  const { stdin } = running;
  let resume = (): void => {};
  stdin.on('drain', () => resume()).once('close', () => resume());
  try {
    for await (const chunk of input) {
      if (stdin.destroyed) return;
      if (stdin.write(chunk)) continue;
      await new Promise<void>((resolve) => {
        resume = resolve;
        if (stdin.destroyed) resolve();
      });
    }
  } catch (thrown) {
    running.kill();
    throw thrown;
  }
  stdin.end();
}

/** Kills the process when the signal aborts; dispose when the process has ended. */
export function killOn(signal: AbortSignal | undefined, running: SshProcess): Disposable {
  const kill = () => running.kill();
  if (signal?.aborted === true) kill();
  signal?.addEventListener('abort', kill, { once: true });
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', kill) };
}

/** Waits for a line on standard output, or for the end of the process. */
export async function firstLine(running: SshProcess, line: string): Promise<'seen' | 'ended'> {
  let text = '';
  const seen = new Promise<'seen'>((resolve) => {
    running.stdout.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-STDERR_KEPT);
      if (text.includes(line)) resolve('seen');
    });
  });
  return Promise.race([seen, running.ended.then(() => 'ended' as const)]);
}

/** Waits for the process's end, and brings it about after a time. */
export async function endWithin(running: SshProcess, milliseconds: number): Promise<void> {
  const timer = setTimeout(() => running.kill(), milliseconds);
  await running.ended;
  clearTimeout(timer);
}
