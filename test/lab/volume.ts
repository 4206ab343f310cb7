import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, statfs } from 'node:fs/promises';
import { attempt, lastWords, type RunResult, run } from './command.ts';
import { LabError } from './errors.ts';
import type { Progress } from './parts/progress.ts';
import type { LabPaths } from './paths.ts';

const imageBytes = 200 * 1024 ** 3;

/** Refuses to start where the disk cannot hold what is to come. */
export async function requireDisk(directory: string, gigabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = (bavail * bsize) / 1024 ** 3;
  if (free >= gigabytes) return;
  throw new LabError(
    `${directory} has ${free.toFixed(0)} GiB free and this lab needs ${gigabytes}: make room, or set XDG_CACHE_HOME to a larger disk`,
  );
}

/**
 * Mounts the file system on which the hosts' directories live: XFS in a sparse file, where a copy of a
 * host shares its blocks and takes seconds. Where nothing can be mounted a plain directory does, slowly.
 */
export async function ensureVolume(paths: LabPaths, progress: Progress): Promise<void> {
  await mkdir(paths.volume, { recursive: true });
  if (await isMounted(paths.volume)) return;
  const isNew = !existsSync(paths.image);
  const made = isNew ? await makeImage(paths.image) : undefined;
  const failed = made ?? (await mount(paths));
  if (failed === undefined) return;
  if (!isNew) {
    throw new LabError(
      `${paths.image} cannot be mounted: ${failed}; free a loop device, or start anew after: lab down`,
    );
  }
  await rm(paths.image, { force: true });
  progress(`no XFS image can be mounted (${failed}): copies of hosts will be slow and take space`);
}

/** Unmounts the hosts' file system. Safe to repeat. */
export async function removeVolume(paths: LabPaths): Promise<void> {
  while (await isMounted(paths.volume)) {
    const result = await attempt('umount', [paths.volume]);
    if (result.code !== 0) await run('umount', ['--lazy', paths.volume]);
  }
  // A mount that was interrupted can leave the loop device behind.
  const loops = await attempt('losetup', ['--noheadings', '--output', 'NAME', '--associated', paths.image]);
  for (const device of loops.stdout.split('\n').filter((line) => line !== '')) {
    await attempt('losetup', ['--detach', device.trim()]);
  }
}

async function isMounted(directory: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return mounts.split('\n').some((line) => line.split(' ')[1] === directory);
}

// Sparse: it takes the space of what is in it.
async function makeImage(image: string): Promise<string | undefined> {
  const file = await open(image, 'w');
  await file.truncate(imageBytes).finally(() => file.close());
  return failureOf(await attempt('mkfs.xfs', ['-q', '-f', '-K', '-m', 'reflink=1', image]));
}

// Discarding gives the space of removed hosts back to the machine's disk.
async function mount(paths: LabPaths): Promise<string | undefined> {
  return failureOf(await attempt('mount', ['-o', 'loop,noatime,discard', paths.image, paths.volume]));
}

function failureOf(result: RunResult): string | undefined {
  return result.code === 0 ? undefined : lastWords(result);
}
