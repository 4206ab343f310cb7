import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { partDirectoryName } from './build.ts';
import { cacheDir } from './cache.ts';
import { knownParts } from './catalog.ts';
import { go, goCacheDirectory } from './go.ts';
import type { Progress } from './progress.ts';

/** Empties the compile cache, by far the largest part of the lab's cache; the built parts stay. */
export async function cleanCompileCache(): Promise<void> {
  await go(['clean', '-cache']);
  await rm(goCacheDirectory(), { recursive: true, force: true });
}

/** Removes what no later run needs: the compile cache, half-made directories, parts of older recipes. */
export async function cleanCache(progress: Progress): Promise<void> {
  await cleanCompileCache();
  progress(`emptied ${goCacheDirectory()}`);
  for (const name of ['tmp', 'modules']) await rm(join(cacheDir(), name), { recursive: true, force: true });

  const current = new Set(await Promise.all(knownParts().map(partDirectoryName)));
  for (const entry of await readdir(join(cacheDir(), 'parts')).catch(() => [])) {
    if (current.has(`parts/${entry}`)) continue;
    await rm(join(cacheDir(), 'parts', entry), { recursive: true, force: true });
    progress(`removed ${entry}: of an older recipe`);
  }
}
