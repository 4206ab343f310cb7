import { randomFillSync } from 'node:crypto';
import { lstat, mkdtemp, open, readdir, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A Unix socket's path has at most 107 characters (unix(7)), of which ssh needs about 60 for its own name. */
const longestRoot = 30;

/** Makes a directory that only this user can enter. */
export async function makePrivateDirectory(root: string): Promise<string> {
  return mkdtemp(join(root, 'kubestair-'));
}

/** Where sockets go: $TMPDIR unless it is too long for them. */
export function socketRoot(env: Readonly<Record<string, string | undefined>>): string {
  const chosen = env.TMPDIR ?? '/tmp';
  return chosen.length <= longestRoot ? chosen : '/tmp';
}

/** Writes a file that only this user can read; it must not exist yet. */
export async function writePrivateFile(path: string, content: string): Promise<string> {
  await writeFile(path, content, { mode: 0o600, flag: 'wx' });
  return path;
}

/**
 * Overwrites every file below a directory with random bytes, then removes them and it. A directory that is not there is
 * fine: main and post both call this.
 */
export async function shred(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found === undefined) return;
  if (found.isDirectory()) {
    for (const name of await readdir(path)) await shred(join(path, name));
    await rmdir(path);
    return;
  }
  if (found.isFile()) await overwrite(path, found.size);
  await unlink(path);
}

/** Removes a directory without secrets. */
export async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

async function overwrite(path: string, size: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const noise = Buffer.alloc(64 * 1024);
    for (let written = 0; written < size; written += noise.length) {
      const length = Math.min(noise.length, size - written);
      await file.write(randomFillSync(noise), 0, length, written);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignoreMissing(thrown: unknown): undefined {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
  throw thrown;
}
