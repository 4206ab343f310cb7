import { readFile, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupsOf, hierarchies, slice, withNested } from './cgroup.ts';
import { isMissing, LabError } from './errors.ts';
import { thaw } from './freezer.ts';
import { sendSignal } from './processes.ts';

async function killCgroup(lab: string, member: string | undefined): Promise<void> {
  // With cgroup v1 nothing that is frozen dies.
  await thaw(lab, member);
  const deadline = performance.now() + 20_000;
  for (;;) {
    const pids = await pidsOf(lab, member);
    if (pids.length === 0) return;
    if (performance.now() > deadline) {
      throw new LabError(
        `processes ${pids.slice(0, 5).join(', ')} of lab ${lab} cannot be killed; reboot the machine`,
      );
    }
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await sleep(50);
  }
}

/** Kills every process of one member of a lab and removes its control groups. Safe to repeat. */
export async function clearCgroup(lab: string, member: string): Promise<void> {
  await killCgroup(lab, member);
  await removeEmpty(lab, member);
}

/** Kills every process of a lab and removes all its control groups. Safe to repeat. */
export async function clearCgroups(lab: string): Promise<void> {
  await killCgroup(lab, undefined);
  await removeEmpty(lab, undefined);
  for (const hierarchy of await hierarchies())
    await rmdir(path.join(hierarchy, slice)).catch(() => undefined);
}

async function removeEmpty(lab: string, member: string | undefined): Promise<void> {
  for (const directory of await cgroupsOf(lab, member)) {
    for (const nested of [...(await withNested(directory))].reverse()) await removeEmptied(nested);
  }
}

async function pidsOf(lab: string, member: string | undefined): Promise<readonly number[]> {
  const found = new Set<number>();
  for (const directory of await cgroupsOf(lab, member)) {
    for (const nested of await withNested(directory)) {
      const text = await readFile(path.join(nested, 'cgroup.procs'), 'utf8').catch(() => '');
      for (const line of text.split('\n')) if (Number(line) > 0) found.add(Number(line));
    }
  }
  return [...found];
}

// The kernel lets go of a group a moment after its last process has ended.
async function removeEmptied(directory: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const busy = await rmdir(directory).then(
      () => false,
      (cause) => !isMissing(cause),
    );
    if (!busy) return;
    await sleep(50);
  }
}
