import { createHash } from 'node:crypto';
import { KubestairError } from '../errors.ts';
import type { MeasuredStream } from './digest.ts';
import type { Digest } from './manifest.ts';

const TRAILER_BYTES = 32;
/** bbolt writes whole pages and etcd appends the trailer (etcd server/etcdserver/api/snap and api/v3rpc/maintenance.go). */
const SECTOR_BYTES = 512;

export interface CheckedSnapshot extends MeasuredStream {
  /** Hexadecimal; stands once `bytes` was read to its end. */
  trailerSha256(): string;
}

/**
 * Checks a snapshot's own SHA-256 while it streams: its last 32 bytes are the digest of all bytes before them. `etcdutl snapshot
 * restore` checks the same; `etcdutl snapshot status` does not.
 * @throws KubestairError SNAPSHOT_CUT when the length cannot be a whole snapshot's, SNAPSHOT_HASH when the digest differs;
 *   from `bytes`.
 */
export function checkSnapshot(source: AsyncIterable<Uint8Array>, object: string): CheckedSnapshot {
  let finished: { readonly trailer: string; readonly digest: Digest } | undefined;

  async function* pass(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let tail: Uint8Array = new Uint8Array();
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      const seen = chunk.length >= TRAILER_BYTES ? chunk : Buffer.concat([tail, chunk]);
      if (seen === chunk) hash.update(tail);
      const bodyEnd = Math.max(0, seen.length - TRAILER_BYTES);
      hash.update(seen.subarray(0, bodyEnd));
      // A copy, since whoever reads the stream may use the chunk's memory again.
      tail = Uint8Array.from(seen.subarray(bodyEnd));
      yield chunk;
    }
    const trailer = verify(tail, hash.copy().digest(), bytes, object);
    // Hashing gigabytes a second time for the digest of the whole would take seconds.
    finished = { trailer, digest: { bytes, sha256: hash.update(tail).digest('hex') } };
  }

  function result(): NonNullable<typeof finished> {
    if (finished === undefined) throw new Error('the snapshot was not read to its end');
    return finished;
  }

  return { bytes: pass(), digest: () => result().digest, trailerSha256: () => result().trailer };
}

function verify(tail: Uint8Array, computed: Buffer, size: number, object: string): string {
  if (size <= TRAILER_BYTES || size % SECTOR_BYTES !== TRAILER_BYTES) {
    throw new KubestairError('SNAPSHOT_CUT', `the etcd snapshot ended after ${size} bytes, in the middle`, {
      object,
      next: 'Run the command again; if it happens again, look at the log of that etcd member.',
    });
  }
  if (computed.equals(tail)) return computed.toString('hex');
  throw new KubestairError(
    'SNAPSHOT_HASH',
    `the etcd snapshot says that its SHA-256 is ${Buffer.from(tail).toString('hex')}, but it is ${computed.toString('hex')}`,
    {
      object,
      next: 'Run the command again; if it happens again, compare the members with `etcdctl endpoint hashkv --cluster`.',
    },
  );
}
