import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { measure } from '../../../src/backup/digest.ts';
import { partsOf, type ResourcePart } from '../../../src/backup/manifest.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { memoryStore } from './support/memory-store.ts';

const { signal } = new AbortController();

async function* bytesOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const kind = { group: '', version: 'v1', kind: 'X', namespaced: true } as const;
const entry = (resource: string, part: ResourcePart['part']): ResourcePart => ({
  ...kind,
  resource,
  objects: 0,
  consistency: 'exact',
  listResourceVersion: '1',
  ...(part && { part }),
});

describe('sources without a byte', () => {
  test('share one part, which is checked and kept like any other', async () => {
    const store = memoryStore();
    const parts = openPartStore(store, 'p/', []);
    const write = (path: string, ...texts: readonly string[]) =>
      parts.write(path, measure(bytesOf(...texts)), signal);
    const [a, b, c] = await Promise.all([write('a'), write('b', ''), write('c', 'x')]);
    expect(a).toEqual(b);
    expect(a?.plain.bytes).toBe(0);
    expect([...store.objects.keys()].toSorted()).toEqual(['p/c.zst', 'p/empty.zst']);
    expect(zstdDecompressSync(store.objects.get('p/empty.zst') ?? '')).toHaveLength(0);

    const all = partsOf({ resources: [entry('a', a), entry('b', b), entry('c', c)], hosts: [] });
    expect(all.map(({ path }) => path)).toEqual(['empty.zst', 'c.zst']);
    await parts.keepOnly(all, signal);
    for (const part of all) await parts.check(part, signal);
    store.objects.set('p/empty.zst', Buffer.from('x'));
    await expect(parts.check(all[0] as NonNullable<ResourcePart['part']>, signal)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
    });
  });

  test('are written anew after a failure, and after they were deleted', async () => {
    let fails = true;
    const store = memoryStore(() => {
      if (fails) throw new Error('no');
    });
    const parts = openPartStore(store, 'p/', []);
    const write = () => parts.write('a', measure(bytesOf()), signal);
    await expect(write()).rejects.toThrow('no');
    fails = false;
    await write();
    await parts.keepOnly([], signal);
    expect([...store.objects.keys()]).toEqual([]);
    await write();
    expect([...store.objects.keys()]).toEqual(['p/empty.zst']);
  });

  test('of another digest under the same name are another part: both are looked at', () => {
    const digest = (sha256: string) => ({ bytes: 0, sha256 });
    const part = (sha256: string) => ({ path: 'empty.zst', plain: digest('x'), sealed: digest(sha256) });
    expect(partsOf({ resources: [entry('a', part('1')), entry('b', part('2'))], hosts: [] })).toHaveLength(2);
  });
});
