import { createReadStream, type Dirent } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { KubestairError } from '../errors.ts';
import type { PutOptions, Store, StoreEntry } from '../ports/store.ts';
import { codeOf, directoryError } from './directory-errors.ts';
import { guardSource } from './guarded-source.ts';
import { probeStore } from './store-probe.ts';

const TEMPORARY = '.kubestair-tmp-';

/**
 * A directory as a store. Objects are files that appear whole: written beside their place, synced, then linked (create-only) or
 * renamed into it. Only the owner can read them, since backups hold Secrets.
 * @param root An absolute path.
 * @param randomId Makes names that no other process makes.
 */
export function openDirectory(root: string, randomId: () => string): Store {
  const url = `file://${root}`;
  const store = { url, put, get, list, delete: remove, erase, lockOf, sweep };
  return {
    ...store,
    probe: (prefix, signal) => probeStore(store, `${prefix}probe-${randomId()}`, signal),
  };

  async function put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    { createOnly = false, signal }: PutOptions = {},
  ): Promise<void> {
    const path = pathOf(key);
    const source = guardSource(body, signal);
    try {
      await requireRoot();
      const { file, temporary } = await openTemporary(dirname(path));
      try {
        await fill(file, source.bytes);
        if (createOnly) await link(temporary, path);
        else await rename(temporary, path);
      } finally {
        await rm(temporary, { force: true });
      }
      await syncDirectory(dirname(path));
    } catch (error) {
      await pruneEmpty(dirname(path));
      const failure = source.failure();
      if (failure) throw failure.error;
      throw storeError(error, key);
    }
  }

  async function get(key: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const path = pathOf(key);
    try {
      await stat(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw storeError(error, key);
    }
    return read(path, key, signal);
  }

  async function* read(
    path: string,
    key: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* createReadStream(path, { highWaterMark: 256 * 1024, ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw storeError(error, key);
    }
  }

  async function* list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoreEntry> {
    try {
      await requireRoot();
    } catch (error) {
      throw storeError(error, prefix);
    }
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    for await (const path of walk(join(root, folder), signal)) {
      if (basename(path).startsWith(TEMPORARY)) continue;
      const key = relative(root, path).replaceAll(sep, '/');
      if (!key.startsWith(prefix)) continue;
      const found = await stat(path).catch(ignoreMissing);
      if (found) yield { key, size: found.size, modified: found.mtime };
    }
  }

  async function remove(key: string): Promise<void> {
    const path = pathOf(key);
    try {
      await rm(path, { force: true });
      await pruneEmpty(dirname(path));
    } catch (error) {
      throw storeError(error, key);
    }
  }

  async function erase(key: string): Promise<undefined> {
    await remove(key);
  }

  async function lockOf(): Promise<undefined> {}

  async function sweep(prefix: string, before: Date, signal?: AbortSignal): Promise<number> {
    let swept = 0;
    try {
      for await (const path of walk(join(root, prefix), signal)) {
        if (!basename(path).startsWith(TEMPORARY)) continue;
        const found = await stat(path).catch(ignoreMissing);
        if (found === undefined || found.mtime >= before) continue;
        await rm(path, { force: true });
        await pruneEmpty(dirname(path));
        swept += 1;
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw storeError(error, prefix);
    }
    return swept;
  }

  /** Empty folders say nothing in a store, where only objects exist. */
  async function pruneEmpty(folder: string): Promise<void> {
    for (let at = folder; at.startsWith(`${root}/`); at = dirname(at)) {
      try {
        await rmdir(at);
      } catch {
        return;
      }
    }
  }

  /** A missing root may be a disk that is not mounted: never make it. */
  async function requireRoot(): Promise<void> {
    if ((await stat(root)).isDirectory()) return;
    throw Object.assign(new Error(`${root} is not a directory`), { code: 'ENOTDIR', path: root });
  }

  async function openTemporary(
    folder: string,
  ): Promise<{ readonly file: FileHandle; readonly temporary: string }> {
    const temporary = join(folder, `${TEMPORARY}${randomId()}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      return { file: await open(temporary, 'wx', 0o600), temporary };
    } catch (error) {
      // Another process may just have removed the folder, when it deleted the last object in it.
      if (codeOf(error) !== 'ENOENT') throw error;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return { file: await open(temporary, 'wx', 0o600), temporary };
    }
  }

  function pathOf(key: string): string {
    const path = join(root, key);
    if (path.startsWith(`${root}/`) && !key.endsWith('/')) return path;
    throw new KubestairError('STORE_FAILED', `${JSON.stringify(key)} is no key of a store`, { object: url });
  }

  function storeError(error: unknown, key: string): unknown {
    if (error instanceof KubestairError) return error;
    return directoryError(error, root, `${url}/${key}`);
  }
}

async function fill(file: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that a new name survives a power cut. */
async function syncDirectory(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Files below a folder in the order of their keys, in which `a-b` comes before `a/b`. */
async function* walk(folder: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  signal?.throwIfAborted();
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  const sortKey = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name);
  entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, signal);
    else yield path;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}
