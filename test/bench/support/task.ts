import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'rolldown';

/** What a task says of itself at its end. */
export interface TaskResult {
  readonly seconds: number;
  readonly objects?: number;
  readonly bytes?: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Whatever else a bench looks at. */
  readonly details?: Readonly<Record<string, number>>;
}

export interface Tasks extends AsyncDisposable {
  /** Runs one task of `../tasks/main.ts` in a process of its own. */
  run(name: string, input: unknown, env?: Readonly<Record<string, string>>): Promise<TaskResult>;
}

/** Tasks run bundled, as users run the product: stripping types from sources takes memory and time of its own. */
export async function openTasks(): Promise<Tasks> {
  const directory = await mkdtemp(join(tmpdir(), 'kubestair-bench-'));
  const file = join(directory, 'tasks.mjs');
  await build({
    input: join(import.meta.dirname, '../tasks/main.ts'),
    platform: 'node',
    logLevel: 'warn',
    output: { file, format: 'esm', codeSplitting: false },
  });
  return {
    async run(name, input, env = {}) {
      const flags = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
      const child = spawn(process.execPath, [...flags, file, name, JSON.stringify(input)], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = new Promise<number | null>((resolve, reject) =>
        child.once('error', reject).once('close', resolve),
      );
      const output = await text(child.stdout);
      if ((await exit) !== 0) throw new Error(`the task ${name} failed`);
      return JSON.parse(output) as TaskResult;
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
