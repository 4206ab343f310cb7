import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { KubestairError } from '../errors.ts';
import type { Store, StoreLock } from '../ports/store.ts';
import { isMissingKey } from './s3-errors.ts';

/** Where the objects of a store are. */
export interface BucketPlace {
  readonly client: S3Client;
  readonly bucket: string;
  /** Of the store in the bucket; empty, or ending in `/`. */
  readonly prefix: string;
  /** What a failed request on a key means to its user. */
  readonly explain: (error: unknown, key: string) => unknown;
}

/**
 * Deletes objects for good. A bucket with versions answers a plain delete with a marker and keeps every byte, so there each version
 * is deleted by its id; and only such a bucket can have Object Lock
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).
 */
export function openEraser({
  client,
  bucket,
  prefix,
  explain,
}: BucketPlace): Pick<Store, 'erase' | 'lockOf' | 'sweep'> {
  let versioned: Promise<boolean> | undefined;
  return { erase, lockOf, sweep };

  async function erase(key: string, signal?: AbortSignal): Promise<StoreLock | undefined> {
    versioned ??= keepsVersions(signal);
    if (!(await versioned)) {
      await removeOnly(key, signal);
      return undefined;
    }
    let lock: StoreLock | undefined;
    for (const version of await versionsOf(key, signal)) {
      lock = laterOf(lock, await removeVersion(key, version, signal));
    }
    return lock;
  }

  async function lockOf(key: string, signal?: AbortSignal): Promise<StoreLock | undefined> {
    return await asked(key, signal, () => lockOfVersion(key, undefined, signal));
  }

  /** Parts of uploads that were never completed take room, and only this list shows them. */
  async function sweep(below: string, before: Date, signal?: AbortSignal): Promise<number> {
    const swept = await asked(below, signal, async () => {
      const which = { Bucket: bucket, Prefix: prefix + below };
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(which), options(signal));
      let count = 0;
      for (const { Key, UploadId, Initiated } of Uploads) {
        if (Key === undefined || UploadId === undefined || Initiated === undefined || Initiated >= before)
          continue;
        await client.send(
          new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }),
          options(signal),
        );
        count += 1;
      }
      return count;
    });
    return swept ?? 0;
  }

  /** Servers without versions may not know the question, and credentials may not be allowed to ask it. */
  async function keepsVersions(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      const { Status } = await client.send(
        new GetBucketVersioningCommand({ Bucket: bucket }),
        options(signal),
      );
      return Status !== undefined;
    } catch {
      signal?.throwIfAborted();
      return false;
    }
  }

  async function removeOnly(key: string, signal: AbortSignal | undefined): Promise<void> {
    const answer = await asked(key, signal, () =>
      client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }), options(signal)),
    );
    if (answer?.DeleteMarker !== true) return;
    throw new KubestairError(
      'STORE_REFUSED',
      `the bucket ${bucket} keeps old versions, and may not be asked for them`,
      {
        object: `s3://${bucket}/${prefix}${key}`,
        next: `Allow s3:GetBucketVersioning and s3:ListBucketVersions on ${bucket}, and s3:DeleteObjectVersion on ${bucket}/*, then run the command again.`,
      },
    );
  }

  /** Delete markers too: they are versions. */
  async function versionsOf(key: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const found = await asked(key, signal, async () => {
      const ids: string[] = [];
      let next: Partial<ListObjectVersionsCommandInput> | undefined = {};
      while (next !== undefined) {
        const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix + key, ...next });
        const page: ListObjectVersionsCommandOutput = await client.send(command, options(signal));
        for (const { Key, VersionId = 'null' } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
          if (Key === prefix + key) ids.push(VersionId);
        next = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
      }
      return ids;
    });
    return found ?? [];
  }

  async function removeVersion(
    key: string,
    version: string,
    signal: AbortSignal | undefined,
  ): Promise<StoreLock | undefined> {
    return await asked(key, signal, async () => {
      const which = { Bucket: bucket, Key: prefix + key, VersionId: version };
      try {
        await client.send(new DeleteObjectCommand(which), options(signal));
        return undefined;
      } catch (error) {
        // AWS answers 403, MinIO 400: what tells a lock from a missing right is the object itself.
        const lock = await lockOfVersion(key, version, signal).catch(() => undefined);
        const found = lock ?? (await defaultLock(key, version, signal).catch(() => undefined));
        if (found === undefined) throw error;
        return found;
      }
    });
  }

  async function lockOfVersion(
    key: string,
    version: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StoreLock | undefined> {
    const which = { Bucket: bucket, Key: prefix + key, ...(version !== undefined && { VersionId: version }) };
    const head = await client.send(new HeadObjectCommand(which), options(signal));
    const { ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = head;
    if (until === undefined && hold !== 'ON') return undefined;
    return { ...(until !== undefined && { until: until.toISOString() }), legalHold: hold === 'ON' };
  }

  /** AWS writes the bucket's default into each object; versitygw keeps to it without. */
  async function defaultLock(
    key: string,
    version: string,
    signal: AbortSignal | undefined,
  ): Promise<StoreLock | undefined> {
    const config = await client.send(
      new GetObjectLockConfigurationCommand({ Bucket: bucket }),
      options(signal),
    );
    const { Days, Years } = config.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
    if (Days === undefined && Years === undefined) return undefined;
    const which = { Bucket: bucket, Key: prefix + key, VersionId: version };
    const { LastModified } = await client.send(new HeadObjectCommand(which), options(signal));
    if (LastModified === undefined) return undefined;
    const until = new Date(LastModified);
    until.setUTCFullYear(until.getUTCFullYear() + (Years ?? 0));
    until.setUTCDate(until.getUTCDate() + (Days ?? 0));
    return { until: until.toISOString(), legalHold: false };
  }

  async function asked<T>(
    key: string,
    signal: AbortSignal | undefined,
    ask: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissingKey(error)) return undefined;
      throw explain(error, key);
    }
  }
}

/** Of two locks the one that holds longer. */
function laterOf(one: StoreLock | undefined, other: StoreLock | undefined): StoreLock | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const until = [one.until, other.until]
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
  return { ...(until !== undefined && { until }), legalHold: one.legalHold || other.legalHold };
}

function options(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
