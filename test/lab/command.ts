import { spawn } from 'node:child_process';
import { LabError } from './errors.ts';

export interface RunOptions {
  readonly input?: string | undefined;
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and returns what it printed, whatever its exit code. */
export async function attempt(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const timeout = options.timeoutMs === undefined ? [] : [AbortSignal.timeout(options.timeoutMs)];
  const caller = options.signal === undefined ? [] : [options.signal];
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    signal: AbortSignal.any([...caller, ...timeout]),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A command that does not read its input closes the pipe early; that is no failure of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      if (options.signal?.aborted) return reject(cause);
      if (cause.name !== 'AbortError') return reject(new LabError(`cannot run ${command}: ${cause.message}`));
      resolve({ code: 124, stdout: Buffer.concat(stdout).toString(), stderr: 'timed out' });
    });
    child.once('close', (code) => {
      const text = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      resolve({ code: code ?? 128, ...text });
    });
  });
}

/** Runs a command and returns its standard output; any other exit code than 0 is an error. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await attempt(command, args, options);
  if (result.code === 0) return result.stdout;
  throw new LabError(`${describe(command, args)} failed with exit code ${result.code}: ${lastWords(result)}`);
}

/** The last lines that a failed command printed, on one line. */
export function lastWords(result: RunResult): string {
  const text = result.stderr.trim() === '' ? result.stdout : result.stderr;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-3).join(' | ') || 'it printed nothing';
}

function describe(command: string, args: readonly string[]): string {
  const line = [command, ...args].join(' ').replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
