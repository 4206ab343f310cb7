import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Store } from '../ports/store.ts';
import type { BucketPlace } from './s3-erase.ts';
import { isMissingKey } from './s3-errors.ts';

/** In a row, without much read in between. */
const ATTEMPTS = 4;
const MUCH_BYTES = 1024 * 1024;

/**
 * Reads objects. A connection that breaks off in the middle of one is gone on with from there, as long as it is the same object: the
 * SDK sends a request again, but not what was lost of an answer that it has handed out.
 */
export function openReader({ client, bucket, prefix, explain }: BucketPlace): Pick<Store, 'get'> {
  return { get };

  async function get(key: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    try {
      return read(await request(key, {}, signal), key, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissingKey(error)) return undefined;
      throw explain(error, key);
    }
  }

  async function request(
    key: string,
    rest: { readonly Range?: string; readonly IfMatch?: string },
    signal: AbortSignal | undefined,
  ): Promise<GetObjectCommandOutput> {
    const command = new GetObjectCommand({ Bucket: bucket, Key: prefix + key, ...rest });
    return await client.send(command, { ...(signal && { abortSignal: signal }) });
  }

  async function* read(
    first: GetObjectCommandOutput,
    key: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    let answer = first;
    let bytes = 0;
    for (let attempt = 1; ; attempt++) {
      const before = bytes;
      try {
        for await (const chunk of untilAborted(answer.Body as Readable, signal)) {
          bytes += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (bytes - before >= MUCH_BYTES) attempt = 1;
        if (attempt >= ATTEMPTS || first.ETag === undefined) throw explain(error, key);
        answer = await goOn(key, bytes, first.ETag, error, signal);
      }
    }
  }

  async function goOn(
    key: string,
    from: number,
    etag: string,
    broken: unknown,
    signal: AbortSignal | undefined,
  ): Promise<GetObjectCommandOutput> {
    try {
      const answer = await request(key, { Range: `bytes=${from}-`, IfMatch: etag }, signal);
      // A server that knows no ranges begins anew.
      if (answer.ContentRange?.startsWith(`bytes ${from}-`) !== true) throw broken;
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      throw explain(error, key);
    }
  }
}

async function* untilAborted(body: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const abort = (): void => void body.destroy(new Error('aborted'));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    yield* body;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
