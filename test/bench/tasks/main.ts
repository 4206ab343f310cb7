import { readFile } from 'node:fs/promises';
import type { TaskResult } from '../support/task.ts';
import { backUp } from './back-up.ts';
import { exportAll } from './export-all.ts';
import { fetchPages } from './fetch-pages.ts';
import { makePlan } from './make-plan.ts';
import { restore } from './restore.ts';
import { rollOut } from './roll-out.ts';
import { snapshotToStore } from './take-snapshot.ts';
import type { Task } from './task.ts';
import { uploadFile } from './upload-file.ts';

/** Runs one task and prints what came of it: `main.ts NAME JSON`. */
const tasks: Readonly<Record<string, Task>> = {
  fetch: fetchPages,
  export: exportAll,
  backup: backUp,
  plan: makePlan,
  restore,
  rollout: rollOut,
  snapshot: snapshotToStore,
  upload: uploadFile,
};

const [name = '', input = '{}'] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) throw new Error(`there is no task ${name}`);

const before = process.cpuUsage();
const done = await task(JSON.parse(input));
const { user, system } = process.cpuUsage(before);
const result: TaskResult = {
  ...done,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: await readPeak(),
};
/** Not getrusage's, which a process inherits from the one that started it. */
async function readPeak(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

process.stdout.write(JSON.stringify(result), () => process.exit(0));
