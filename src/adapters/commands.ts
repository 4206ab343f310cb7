import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CommandEnd, CommandOptions, Commands } from '../ports/commands.ts';

/** Enough for whoever reads why a gate does not pass. */
const LINES_KEPT = 20;
const LONGEST_LINE = 500;
/** Between asking a command to end and ending it. */
const GRACE_MILLISECONDS = 3000;

export interface CommandsOptions {
  /** Directory that commands run in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Commands on this machine. */
export function openCommands({ cwd, env }: CommandsOptions): Commands {
  return { run: (command, options) => run(command, cwd, withoutSecrets(env), options) };
}

/** Inputs of the Action hold its secrets, and the tokens of the runner are the Action's own. */
function withoutSecrets(env: CommandsOptions['env']): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:INPUT|ACTIONS|STATE)_/.test(name)));
}

async function run(
  command: string,
  cwd: string,
  env: CommandsOptions['env'],
  { env: own, timeoutSeconds, signal, onLine }: CommandOptions,
): Promise<CommandEnd> {
  signal.throwIfAborted();
  // A group of its own, so that it ends with everything that it started.
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    env: { ...env, ...own },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      const line = text.slice(0, LONGEST_LINE);
      kept.push(line);
      if (kept.length > LINES_KEPT) kept.shift();
      onLine(line);
    });
  }
  const end = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It ended meanwhile.
    }
  };
  let killed: NodeJS.Timeout | undefined;
  const stop = (): void => {
    end('SIGTERM');
    killed = setTimeout(() => end('SIGKILL'), GRACE_MILLISECONDS);
  };
  const timer = setTimeout(stop, timeoutSeconds * 1000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return { lines: kept, ...(exitCode !== null && { exitCode }) };
  } finally {
    clearTimeout(timer);
    clearTimeout(killed);
    signal.removeEventListener('abort', stop);
  }
}
