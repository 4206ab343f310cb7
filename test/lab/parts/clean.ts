import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { partDirectoryName } from './build.ts';
import { cacheDir } from './cache.ts';
import { knownParts } from './catalog.ts';
import { go, goCacheDirectory } from './go.ts';
import type { Progress } from './progress.ts';

/** Empties the compile cache, by far the largest part of the lab's cache; the built parts stay. */
async function cleanCompileCache(): Promise<void> {
  await go(['clean', '-cache']);
  await rm(goCacheDirectory(), { recursive: true, force: true });
}

/**
 * Removes what a later run can do without: the compile cache, half-made directories, parts of older
 * recipes, and, unless labs serve them, packages and images, which are made from parts within a minute.
 */
export async function cleanCache(progress: Progress): Promise<void> {
  await cleanCompileCache();
  progress(`emptied ${goCacheDirectory()}`);
  await removeAll(['tmp', 'modules']);
  await removeOldParts(progress);

  if ((await entriesOf('labs')).length > 0) {
    progress('kept packages and images: there are labs, which serve them');
    return;
  }
  await removeAll(['apt', 'images', 'registry']);
  progress('removed packages and images');
}

async function removeOldParts(progress: Progress): Promise<void> {
  const current = new Set(await Promise.all(knownParts().map(partDirectoryName)));
  for (const entry of await entriesOf('parts')) {
    if (current.has(`parts/${entry}`)) continue;
    await rm(join(cacheDir(), 'parts', entry), { recursive: true, force: true });
    progress(`removed ${entry}: of an older recipe`);
  }
}

async function removeAll(names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(cacheDir(), name), { recursive: true, force: true });
}

async function entriesOf(name: string): Promise<readonly string[]> {
  return await readdir(join(cacheDir(), name)).catch(() => []);
}
