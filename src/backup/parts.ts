import pLimit from 'p-limit';
import { KubestairError } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import { digestOf, type MeasuredStream } from './digest.ts';
import { gather } from './gather.ts';
import type { Digest, Part } from './manifest.ts';
import { seal, sealedName, sealWhole } from './seal.ts';

const DELETE_CONCURRENCY = 8;

/** Most kinds of a cluster have few objects: what streams, threads and multipart uploads cost is more than their contents. */
const SMALL_BYTES = 128 * 1024;

/** What every source that ends without a byte becomes, once: half of the kinds of a cluster have no objects. */
const EMPTY = 'empty';

/** Where the parts of one backup go. */
export interface PartStore {
  /**
   * Seals a stream into the backup's folder under `path`, to which it adds what sealing adds to a name. Writing the same path
   * again replaces the part. Streams without a byte share one part. Fails with the source's own error, or the store's.
   */
  write(path: string, source: MeasuredStream, signal: AbortSignal): Promise<Part>;
  /** Reads a part back and compares it with what was sent. @throws KubestairError STORE_CORRUPT */
  check(part: Part, signal: AbortSignal): Promise<void>;
  /** Deletes every part that was written but is not among these. */
  keepOnly(parts: readonly Part[], signal: AbortSignal): Promise<void>;
}

/** @param prefix The backup's folder in the store, ending in `/`. */
export function openPartStore(store: Store, prefix: string, recipients: readonly string[]): PartStore {
  const written = new Set<string>();
  let empty: Promise<Part> | undefined;

  async function writeWhole(
    name: string,
    whole: Uint8Array,
    plain: Digest,
    signal: AbortSignal,
  ): Promise<Part> {
    // Before the write, since one that failed may have left something all the same.
    written.add(name);
    const { bytes, sealed } = await sealWhole(whole, recipients);
    await store.put(prefix + name, bytes, { signal });
    return { path: name, plain, sealed };
  }

  async function writeEmpty(plain: Digest, signal: AbortSignal): Promise<Part> {
    empty ??= writeWhole(sealedName(EMPTY, recipients), Buffer.of(), plain, signal);
    try {
      return await empty;
    } catch (error) {
      empty = undefined;
      throw error;
    }
  }

  return {
    async write(path, source, signal) {
      const gathered = await gather(source.bytes, SMALL_BYTES);
      const name = sealedName(path, recipients);
      if ('whole' in gathered) {
        const plain = source.digest();
        if (plain.bytes === 0) return await writeEmpty(plain, signal);
        return await writeWhole(name, gathered.whole, plain, signal);
      }
      written.add(name);
      const stream = seal({ ...source, bytes: gathered.stream }, recipients);
      await store.put(prefix + name, stream.bytes, { signal });
      return { path: name, ...stream.digests() };
    },

    async check(part, signal) {
      const stored = await store.get(prefix + part.path, signal);
      if (stored === undefined) throw corrupt(part, 'is gone');
      const digest = await digestOf(stored);
      if (digest.sha256 === part.sealed.sha256) return;
      throw corrupt(part, `has ${digest.bytes} bytes with SHA-256 ${digest.sha256}`);
    },

    async keepOnly(parts, signal) {
      const kept = new Set(parts.map((part) => part.path));
      const unwanted = [...written].filter((name) => !kept.has(name));
      await pLimit(DELETE_CONCURRENCY).map(unwanted, async (name) => {
        await store.delete(prefix + name, signal);
        written.delete(name);
        if (name === sealedName(EMPTY, recipients)) empty = undefined;
      });
    },
  };

  function corrupt(part: Part, finding: string): KubestairError {
    const sent = `${part.sealed.bytes} bytes with SHA-256 ${part.sealed.sha256} were written`;
    return new KubestairError('STORE_CORRUPT', `read back from the store, the part ${finding}; ${sent}`, {
      object: `${store.url}/${prefix}${part.path}`,
      next: 'Do not trust this store with backups before its disks and its S3 implementation were looked at.',
    });
  }
}
