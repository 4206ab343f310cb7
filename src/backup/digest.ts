import { createHash } from 'node:crypto';
import type { Digest } from './manifest.ts';

/** A stream that is counted and hashed on its way; the digest stands once it was read to its end. */
export interface MeasuredStream {
  readonly bytes: AsyncIterable<Uint8Array>;
  digest(): Digest;
}

/** Counts and hashes (SHA-256) a stream while someone else reads it. */
export function measure(source: AsyncIterable<Uint8Array>): MeasuredStream {
  const hash = createHash('sha256');
  let count = 0;
  let finished: Digest | undefined;

  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      count += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
    finished = { bytes: count, sha256: hash.digest('hex') };
  }

  return {
    bytes: pass(),
    digest() {
      if (finished === undefined) throw new Error('the stream was not read to its end');
      return finished;
    },
  };
}

export function digestOfBytes(bytes: Uint8Array): Digest {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Reads a stream to its end for its digest alone. */
export async function digestOf(source: AsyncIterable<Uint8Array>): Promise<Digest> {
  const measured = measure(source);
  for await (const _chunk of measured.bytes);
  return measured.digest();
}
