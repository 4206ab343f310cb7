import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import type { Progress } from './progress.ts';

/** Where everything that is built for the lab is kept, outside the checkout. */
export function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubestair-lab');
}

/** A short name for a content: equal inputs, equal key. */
export function contentKey(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}

/**
 * Returns `<cache>/<name>`, filling it first when it is missing. It is filled under a temporary name
 * and renamed, so it is whole or absent, and one process fills while the others wait for it.
 */
export async function ensureDirectory(
  name: string,
  progress: Progress,
  signal: AbortSignal | undefined,
  fill: (temporary: string) => Promise<void>,
): Promise<string> {
  const directory = join(cacheDir(), name);
  if (existsSync(directory)) return directory;
  return await withLock(directory, progress, signal, async () => {
    if (existsSync(directory)) return directory;
    const temporary = join(cacheDir(), 'tmp', name);
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    await mkdir(dirname(directory), { recursive: true });
    await rename(temporary, directory);
    return directory;
  });
}
