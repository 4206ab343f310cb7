import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/backup/digest.ts';
import type { Store } from '../../../src/ports/store.ts';

async function read(store: Store, key: string): Promise<Buffer | undefined> {
  const stored = await store.get(key);
  return stored && (await buffer(stored));
}

async function keys(store: Store, prefix: string): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list(prefix))).map((entry) => entry.key);
}

async function* streamOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What every store promises; `open` gives one that is empty. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the store contract, ${name}`, () => {
    it('gives back what was put, whole or streamed', async () => {
      const store = await open();
      const small = randomBytes(100);
      await store.put('a/whole', small);
      await store.put('a/streamed', streamOf(small, 7));
      await store.put('a/empty', streamOf(Buffer.alloc(0)));
      expect((await read(store, 'a/whole'))?.equals(small)).toBe(true);
      expect((await read(store, 'a/streamed'))?.equals(small)).toBe(true);
      expect(await read(store, 'a/empty')).toHaveLength(0);
    });

    it('takes a stream that is larger than one upload part', async () => {
      const store = await open();
      const bytes = randomBytes(20 * 1024 * 1024 + 17);
      await store.put('large', streamOf(bytes));
      const stored = await store.get('large');
      expect(stored && (await digestOf(stored))).toEqual({
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
    });

    it('has nothing under a key that was never put', async () => {
      const store = await open();
      await store.put('a/b/c', Buffer.from('x'));
      expect(await store.get('a/b/d')).toBeUndefined();
      expect(await store.get('none/at/all')).toBeUndefined();
    });

    it('replaces an object that is put again', async () => {
      const store = await open();
      await store.put('a/key', Buffer.from('first and longer'));
      await store.put('a/key', Buffer.from('second'));
      expect(String(await read(store, 'a/key'))).toBe('second');
    });

    it.each([
      ['bytes', Buffer.from('second')],
      ['a short stream', 1000],
      ['a stream of several parts', 20 * 1024 * 1024],
    ])('creates only once when told so, with %s', async (_name, body) => {
      const store = await open();
      const second = (): Uint8Array | AsyncIterable<Uint8Array> =>
        typeof body === 'number' ? streamOf(randomBytes(body)) : body;
      await store.put('a/once', Buffer.from('first'), { createOnly: true });
      await expect(store.put('a/once', second(), { createOnly: true })).rejects.toMatchObject({
        code: 'BACKUP_EXISTS',
      });
      expect(String(await read(store, 'a/once'))).toBe('first');
      await store.put('a/other', second(), { createOnly: true });
      expect(await store.get('a/other')).toBeDefined();
    });

    it('lets one of several create an object', async () => {
      const store = await open();
      const tries = Array.from({ length: 8 }, (_, index) =>
        store.put('locks/cluster', Buffer.from(`run ${index}`), { createOnly: true }),
      );
      const results = await Promise.allSettled(tries);
      const winner = results.findIndex((result) => result.status === 'fulfilled');
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      expect(String(await read(store, 'locks/cluster'))).toBe(`run ${winner}`);
    });

    it.each([100, 20 * 1024 * 1024])('keeps nothing of a stream that breaks after %i bytes', async (size) => {
      const store = await open();
      const failure = new Error('the source broke');
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield* streamOf(randomBytes(size));
        throw failure;
      }
      await expect(store.put('a/broken', broken())).rejects.toBe(failure);
      expect(await store.get('a/broken')).toBeUndefined();
      expect(await keys(store, '')).toEqual([]);
    });

    it('ends a put with the reason of its signal and keeps nothing', async () => {
      const store = await open();
      const controller = new AbortController();
      const stop = new Error('stopped');
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (let megabytes = 0; ; megabytes++) {
          if (megabytes === 12) controller.abort(stop);
          yield randomBytes(1024 * 1024);
        }
      }
      await expect(store.put('a/endless', endless(), { signal: controller.signal })).rejects.toBe(stop);
      expect(await store.get('a/endless')).toBeUndefined();
    });

    it('lists the keys below a prefix, in order, with their sizes', async () => {
      const store = await open();
      for (const key of ['p/b', 'p/a/z', 'p/a-b', 'p/a/a', 'q/x', 'pp'])
        await store.put(key, Buffer.from(key));
      expect(await keys(store, 'p/')).toEqual(['p/a-b', 'p/a/a', 'p/a/z', 'p/b']);
      expect(await keys(store, 'p/a')).toEqual(['p/a-b', 'p/a/a', 'p/a/z']);
      expect(await keys(store, '')).toEqual(['p/a-b', 'p/a/a', 'p/a/z', 'p/b', 'pp', 'q/x']);
      expect(await keys(store, 'nothing/')).toEqual([]);
      const [entry] = await Array.fromAsync(store.list('q/'));
      expect(entry).toMatchObject({ key: 'q/x', size: 3 });
      expect(entry?.modified).toBeInstanceOf(Date);
    });

    it('deletes, also what is not there', async () => {
      const store = await open();
      await store.put('a/b/c', Buffer.from('x'));
      await store.delete('a/b/c');
      await store.delete('a/b/c');
      await store.delete('never/was');
      expect(await store.get('a/b/c')).toBeUndefined();
      expect(await keys(store, '')).toEqual([]);
      await store.put('a/b/c', Buffer.from('again'));
      expect(String(await read(store, 'a/b/c'))).toBe('again');
    });

    it('sweeps nothing that is an object, or that may still be written', async () => {
      const store = await open();
      await store.put('a/b/c', Buffer.from('x'));
      async function* endless(): AsyncGenerator<Uint8Array> {
        yield randomBytes(9 * 1024 * 1024);
        expect(await store.sweep('a/', new Date(Date.now() - 60_000))).toBe(0);
        yield randomBytes(9 * 1024 * 1024);
      }
      await store.put('a/large', endless());
      expect(await store.sweep('a/', new Date(Date.now() + 60_000))).toBe(0);
      expect(await keys(store, '')).toEqual(['a/b/c', 'a/large']);
    });

    it('passes its own probe and leaves nothing of it', async () => {
      const store = await open();
      await store.probe('prod/');
      expect(await keys(store, '')).toEqual([]);
    });
  });
}
