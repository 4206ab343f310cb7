import { buffer } from 'node:stream/consumers';
import { guardSource } from '../../../../src/adapters/guarded-source.ts';
import { KubestairError } from '../../../../src/errors.ts';
import type { PutOptions, Store } from '../../../../src/ports/store.ts';

export interface MemoryStore extends Store {
  readonly objects: Map<string, Buffer>;
}

/** A store in memory that keeps the promises of the port; `fault` may throw before a write. */
export function memoryStore(fault: (key: string) => void = () => {}): MemoryStore {
  const objects = new Map<string, Buffer>();
  return {
    url: 'memory://store',
    objects,
    async put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions = {}) {
      fault(key);
      const bytes = await buffer(guardSource(body, options.signal).bytes);
      if (options.createOnly && objects.has(key)) throw new KubestairError('BACKUP_EXISTS', `${key} exists`);
      objects.set(key, bytes);
    },
    async get(key) {
      const bytes = objects.get(key);
      return bytes && pieces(bytes);
    },
    async *list(prefix) {
      for (const key of [...objects.keys()].sort()) {
        if (!key.startsWith(prefix)) continue;
        yield { key, size: objects.get(key)?.length ?? 0, modified: new Date(0) };
      }
    },
    async delete(key) {
      objects.delete(key);
    },
    async erase(key) {
      fault(key);
      objects.delete(key);
      return undefined;
    },
    async lockOf() {
      return undefined;
    },
    async sweep() {
      return 0;
    },
    async probe(prefix) {
      fault(`${prefix}probe`);
    },
  };
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
