import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cli } from './kubestair.ts';

/** What is done once a run prints a line, while the run goes on. */
export interface Accident {
  readonly at: RegExp;
  readonly act: (child: ChildProcess) => Promise<unknown>;
}

export interface WatchedRun {
  readonly code: number | null;
  readonly printed: string;
}

/** Does each thing once, at the first line that a process prints of it, and tells what all of it printed once it has ended. */
export function watch(child: ChildProcess, accidents: readonly Accident[]): () => Promise<string> {
  const waiting = new Set(accidents);
  const done: Promise<unknown>[] = [];
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      console.error(line);
      printed += `${line}\n`;
      for (const accident of waiting) {
        if (!accident.at.test(line)) continue;
        waiting.delete(accident);
        done.push(accident.act(child));
      }
    });
  }
  return async () => {
    await Promise.all(done);
    if (waiting.size === 0) return printed;
    throw new Error(`the run never came to ${[...waiting].map(({ at }) => String(at)).join(', ')}`);
  };
}

/**
 * Runs the built command line with accidents on its way.
 * @param terminal file to record a terminal in that it runs on; without one it writes into pipes
 */
export async function watchedRun(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  accidents: readonly Accident[],
  terminal?: string,
): Promise<WatchedRun> {
  console.error(`$ kubestair ${args.join(' ')}`);
  const command = [process.execPath, cli, ...args];
  const onTerminal = ['script', '-qefc', `stty cols 120 rows 40; exec ${command.join(' ')}`, terminal ?? ''];
  const [program = '', ...rest] = terminal === undefined ? command : onTerminal;
  const child = spawn(program, rest, {
    env: { ...process.env, TERM: 'xterm-256color', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const printed = watch(child, accidents);
  const code = await ended;
  console.error(`exit code ${code}`);
  return { code, printed: await printed() };
}
