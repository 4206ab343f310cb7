import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DeleteObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { PutOptions, Store, StoreEntry } from '../ports/store.ts';
import { guardSource } from './guarded-source.ts';
import { openEraser } from './s3-erase.ts';
import { isConflict, isMissingKey, mayBeOwnWrite, s3Error, s3ProbeError } from './s3-errors.ts';
import { openReader } from './s3-read.ts';
import { probeStore } from './store-probe.ts';

/** 10,000 parts of 8 MiB make 78 GiB, several times what etcd can hold; one upload buffers four of them at most. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 3;
const CONFLICT_ATTEMPTS = 3;
/** What a request under way when the run is stopped gets to end by itself. */
const ABORT_MILLISECONDS = 1_500;

export interface S3Options {
  readonly bucket: string;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle: boolean;
  /** Makes names that no other process makes. */
  readonly randomId: () => string;
}

/** A bucket as a store; credentials come from the SDK's default chain. Nothing is sent yet. */
export function openS3(options: S3Options): Store {
  const { bucket, prefix } = options;
  const client = new S3Client({
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.region !== undefined && { region: options.region }),
    forcePathStyle: options.pathStyle,
    // Some S3 servers store the checksum's framing inside the object (velero#9951); the read-back proves the bytes anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  });
  const url = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  const part = {
    client,
    bucket,
    prefix,
    explain: (error: unknown, key: string) => s3Error(error, `${url}/${key}`, bucket),
  };
  const { get } = openReader(part);
  const { erase, lockOf, sweep } = openEraser(part);
  const store = { url, put, get, list, delete: remove, erase, lockOf, sweep };
  return { ...store, probe };

  async function put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    { createOnly = false, contentType, signal }: PutOptions = {},
  ): Promise<void> {
    const params = {
      Bucket: bucket,
      Key: prefix + key,
      ...(createOnly && { IfNoneMatch: '*' }),
      ...(contentType !== undefined && { ContentType: contentType }),
    };
    if (body instanceof Uint8Array) await putBytes(key, body, params, signal);
    else await putStream(key, body, params, signal);
  }

  async function putBytes(
    key: string,
    body: Uint8Array,
    params: PutParams,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.send(new PutObjectCommand({ ...params, Body: body }), {
          ...(signal && { abortSignal: signal }),
        });
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (isConflict(error) && attempt < CONFLICT_ATTEMPTS) continue;
        if (mayBeOwnWrite(error) && (await holds(key, body, signal))) return;
        throw s3Error(error, `${url}/${key}`, bucket);
      }
    }
  }

  async function putStream(
    key: string,
    body: AsyncIterable<Uint8Array>,
    params: PutParams,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    // An aborted signal ends the source: then the library takes its parts back, which it does not when it is aborted itself.
    const source = guardSource(body, signal);
    const upload = new Upload({
      client,
      params: { ...params, Body: Readable.from(source.bytes, { objectMode: false }) },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    const abortLate = (): void => void setTimeout(() => upload.abort(), ABORT_MILLISECONDS).unref();
    signal?.addEventListener('abort', abortLate, { once: true });
    try {
      await upload.done();
    } catch (error) {
      signal?.throwIfAborted();
      const failure = source.failure();
      if (failure) throw failure.error;
      throw s3Error(error, `${url}/${key}`, bucket);
    } finally {
      signal?.removeEventListener('abort', abortLate);
    }
  }

  async function holds(key: string, body: Uint8Array, signal: AbortSignal | undefined): Promise<boolean> {
    const stored = await get(key, signal);
    return stored !== undefined && (await buffer(stored)).equals(body);
  }

  async function* list(below: string, signal?: AbortSignal): AsyncGenerator<StoreEntry> {
    try {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + below });
      for await (const page of pages) {
        signal?.throwIfAborted();
        for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
          yield { key: Key.slice(prefix.length), size: Size, modified: LastModified };
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Error(error, `${url}/${below}`, bucket);
    }
  }

  async function remove(key: string, signal?: AbortSignal): Promise<void> {
    try {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }), {
        ...(signal && { abortSignal: signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissingKey(error)) return;
      throw s3Error(error, `${url}/${key}`, bucket);
    }
  }

  async function probe(below: string, signal?: AbortSignal): Promise<void> {
    try {
      await probeStore(store, `${below}probe-${options.randomId()}`, signal);
    } catch (error) {
      throw s3ProbeError(error, url, options.endpoint);
    }
  }
}

interface PutParams {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfNoneMatch?: string;
  readonly ContentType?: string;
}
