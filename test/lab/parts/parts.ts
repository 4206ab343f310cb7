import { existsSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPart, partDirectoryName, prefetchPart } from './build.ts';
import { cacheDir } from './cache.ts';
import { uniqueParts } from './catalog.ts';
import { formatSeconds, type Progress } from './progress.ts';
import { type PartRef, recipeOf } from './recipes.ts';

/** Returns the directory that holds a part's binaries; builds it when the cache has it not. */
export async function ensurePart(ref: PartRef, progress: Progress, signal?: AbortSignal): Promise<string> {
  const parts = await ensureParts([ref], progress, signal);
  return partIn(parts, ref);
}

/** Returns the directories of several parts by `name@version`, building the missing ones in turn. */
export async function ensureParts(
  refs: readonly PartRef[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = uniqueParts(refs);
  const missing = await missingParts(wanted);
  await announce(missing, progress);

  const directories = new Map<string, string>();
  let prefetched: Promise<void> = Promise.resolve();
  for (const ref of wanted) {
    const position = missing.indexOf(ref) + 1;
    const prefix = position > 0 ? `${position}/${missing.length} ` : '';
    await prefetched;
    const next = position > 0 ? missing[position] : undefined;
    if (next) prefetched = prefetchPart(next, signal).catch(() => {});
    const directory = await buildPart(ref, (line) => progress(prefix + line), signal);
    directories.set(`${ref.name}@${ref.version}`, directory);
  }
  return directories;
}

/** The directory of one part out of the answer of `ensureParts`. */
export function partIn(parts: ReadonlyMap<string, string>, ref: PartRef): string {
  const directory = parts.get(`${ref.name}@${ref.version}`);
  if (directory === undefined) throw new Error(`${ref.name}@${ref.version} was not asked of ensureParts`);
  return directory;
}

/** Those of the parts that the cache has not. */
export async function missingParts(refs: readonly PartRef[]): Promise<readonly PartRef[]> {
  const names = await Promise.all(refs.map(partDirectoryName));
  return refs.filter((_ref, index) => !existsSync(join(cacheDir(), names[index] ?? '')));
}

async function announce(missing: readonly PartRef[], progress: Progress): Promise<void> {
  if (missing.length === 0) return;
  const recipes = missing.map(recipeOf);
  const seconds = recipes.reduce((sum, recipe) => sum + recipe.seconds, 0);
  const gigabytes = Math.ceil(recipes.reduce((sum, recipe) => sum + recipe.gigabytes, 0));
  await mkdir(cacheDir(), { recursive: true });
  const disk = await statfs(cacheDir());
  const free = Math.floor((disk.bavail * disk.bsize) / 1e9);
  progress(
    `${missing.length} part${missing.length > 1 ? 's' : ''} to build: about ${formatSeconds(seconds)} and ${gigabytes} GB (${free} GB free) in ${cacheDir()}`,
  );
  if (free >= gigabytes) return;
  throw new Error(
    `${cacheDir()} has ${free} GB free and ${gigabytes} GB are needed: set XDG_CACHE_HOME to another disk`,
  );
}
