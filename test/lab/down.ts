import { rm } from 'node:fs/promises';
import { clearCgroups } from './cgroup-processes.ts';
import { removeBridge } from './network.ts';
import type { Progress } from './parts/progress.ts';
import { labPaths } from './paths.ts';
import { stopDetached } from './processes.ts';
import { stagesFor } from './progress.ts';
import { labNames, releaseSlot, slotOf } from './slots.ts';
import { removeVolume } from './volume.ts';

/**
 * Removes a lab: its processes, mounts, network, control groups and files. Caches stay.
 * Each step looks for what is there, so it finishes what a crash left at any point, and does nothing twice.
 */
export async function down(name: string, progress: Progress): Promise<void> {
  const stage = stagesFor(progress);
  const paths = labPaths(name);
  await stage(`lab ${name} is down`, async () => {
    await stopDetached(paths.builder);
    await clearCgroups(name);
    await removeVolume(paths);
    const slot = await slotOf(name);
    if (slot !== undefined) await removeBridge(slot);
    await rm(paths.dir, { recursive: true, force: true });
    // Last, since the slot is how a broken lab is found again.
    await releaseSlot(name);
  });
}

/** Removes every lab of this user's cache. */
export async function downAll(progress: Progress): Promise<void> {
  for (const name of await labNames()) await down(name, progress);
}
