import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string | undefined;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for each line that the command writes to its error output. */
  readonly onErrorLine?: ((line: string) => void) | undefined;
}

/** A command that ran and failed; `output` is what it wrote to its error output. */
class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly output: string;

  constructor(command: string, args: readonly string[], exit: string, output: string) {
    const tail = output.trimEnd().split('\n').slice(-12).join('\n');
    super(`${command} ${args[0] ?? ''} ended with ${exit}:\n${tail}`);
    this.output = output;
  }
}

/** Runs a command to its end and returns its standard output. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The go command removes its temporary directory on SIGINT, not on SIGTERM.
    killSignal: 'SIGINT',
    signal: options.signal,
  });
  const stdout: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  const stderr = collectLines(child.stderr.setEncoding('utf8'), options.onErrorLine);

  const exit = await new Promise<string | undefined>((resolve, reject) => {
    let aborted: Error | undefined;
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.name !== 'AbortError') reject(error);
      aborted = error;
    });
    child.on('close', (code, signal) => {
      if (aborted) reject(aborted);
      else resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  if (exit !== undefined) throw new CommandError(command, args, exit, stderr());
  return Buffer.concat(stdout).toString('utf8');
}

function collectLines(
  stream: NodeJS.ReadableStream,
  onLine: ((line: string) => void) | undefined,
): () => string {
  let all = '';
  let rest = '';
  stream.on('data', (chunk: string) => {
    all += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine?.(line);
  });
  return () => all;
}
