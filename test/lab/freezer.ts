import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupMode, cgroupsOf, withNested } from './cgroup.ts';

interface Control {
  readonly file: string;
  readonly report: string;
  readonly freeze: readonly [write: string, read: string];
  readonly thaw: readonly [write: string, read: string];
}

const controls = {
  v1: {
    file: 'freezer.state',
    report: 'freezer.state',
    freeze: ['FROZEN', 'FROZEN'],
    thaw: ['THAWED', 'THAWED'],
  },
  v2: {
    file: 'cgroup.freeze',
    report: 'cgroup.events',
    freeze: ['1', 'frozen 1'],
    thaw: ['0', 'frozen 0'],
  },
} as const satisfies Record<string, Control>;

/** Stops every process of a member of a lab where it stands. */
export async function freeze(lab: string, member: string): Promise<void> {
  await change(await cgroupsOf(lab, member), 'freeze');
}

/** Lets a member of a lab, or all of them, go on. Safe to repeat. */
export async function thaw(lab: string, member: string | undefined): Promise<void> {
  const directories = await cgroupsOf(lab, member);
  const nested = member === undefined ? await Promise.all(directories.map(withNested)) : [directories];
  await change(nested.flat(), 'thaw');
}

async function change(directories: readonly string[], direction: 'freeze' | 'thaw'): Promise<void> {
  const control = controls[await cgroupMode()];
  const [write, read] = control[direction];
  for (const directory of directories) {
    const file = path.join(directory, control.file);
    const report = path.join(directory, control.report);
    if (!existsSync(file)) continue;
    await writeFile(file, write);
    while (!(await readFile(report, 'utf8')).includes(read)) await sleep(20);
  }
}
