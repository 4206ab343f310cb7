import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openStore } from '../../src/adapters/store.ts';
import { pruneBackups } from '../../src/backup/prune.ts';
import type { Store } from '../../src/ports/store.ts';
import { manifest } from '../unit/backup/support/manifests.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type S3Server, startS3 } from './support/s3-server.ts';

let s3: S3Server;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3(['plain', 'versioned'], { versions: true });
  client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: s3.credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: s3.credentials.AWS_SECRET_ACCESS_KEY,
    },
  });
  await client.send(
    new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration: { Status: 'Enabled' } }),
  );
  for (const bucket of ['locked', 'held'])
    await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  await client.send(
    new PutObjectLockConfigurationCommand({
      Bucket: 'locked',
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } },
      },
    }),
  );
});

afterAll(async () => {
  client?.destroy();
  await s3?.[Symbol.asyncDispose]();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function open(bucket: string): Store {
  for (const [name, value] of Object.entries(s3.credentials)) vi.stubEnv(name, value);
  const config = { store: `s3://${bucket}/team`, endpoint: s3.endpoint, pathStyle: true };
  return openStore(config, { random: (bytes) => randomBytes(bytes), env: {} });
}

/** Versions and delete markers that the bucket keeps. */
async function versionsIn(bucket: string): Promise<number> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket }),
  );
  return Versions.length + DeleteMarkers.length;
}

const keys = async (store: Store): Promise<readonly string[]> =>
  (await Array.fromAsync(store.list(''))).map(({ key }) => key);

describe('erase', () => {
  it('deletes an object of a bucket without versions, also one that is not there', async () => {
    const store = open('plain');
    await store.put('a/b', Buffer.from('x'));
    expect(await store.erase('a/b')).toBeUndefined();
    expect(await store.erase('a/b')).toBeUndefined();
    expect(await keys(store)).toEqual([]);
  });

  it('leaves no version of an object behind, and touches none of another', async () => {
    const store = open('versioned');
    for (const text of ['first', 'second']) await store.put('a/b', Buffer.from(text));
    await store.put('a/b-more', Buffer.from('x'));
    await store.put('a/c', Buffer.from('x'));
    await store.delete('a/c');
    expect(await versionsIn('versioned')).toBe(5);
    for (const key of ['a/b', 'a/c', 'never/was']) expect(await store.erase(key)).toBeUndefined();
    expect(await keys(store)).toEqual(['a/b-more']);
    expect(await versionsIn('versioned')).toBe(1);
  });

  it('tells until when an object is locked, and leaves it', async () => {
    const store = open('locked');
    await store.put('a/b', Buffer.from('x'));
    const inDays = (lock: { readonly until?: string } | undefined): number =>
      Math.round((Date.parse(lock?.until ?? '') - Date.now()) / 86_400_000);
    expect(inDays(await store.erase('a/b'))).toBe(30);
    await client.send(
      new PutObjectRetentionCommand({
        Bucket: 'locked',
        Key: 'team/a/b',
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 40 * 86_400_000) },
      }),
    );
    expect(inDays(await store.lockOf('a/b'))).toBe(40);
    expect(inDays(await store.erase('a/b'))).toBe(40);
    expect(await keys(store)).toEqual(['a/b']);
    expect(await store.lockOf('never/was')).toBeUndefined();
  });

  it('tells of a legal hold', async () => {
    const store = open('held');
    await store.put('a/b', Buffer.from('x'));
    await client.send(
      new PutObjectLegalHoldCommand({ Bucket: 'held', Key: 'team/a/b', LegalHold: { Status: 'ON' } }),
    );
    expect(await store.erase('a/b')).toEqual({ legalHold: true });
    expect(await keys(store)).toEqual(['a/b']);
  });
});

describe('a prune of a bucket with Object Lock', () => {
  it('keeps locked backups whole, deletes others, and says until when', async () => {
    const store = open('locked');
    const ids = ['20261101T020000Z-0001', '20261102T020000Z-0002', '20261103T020000Z-0003'];
    for (const id of ids) {
      await store.put(`prod/${id}/etcd/snapshot.db.zst`, Buffer.from('part'));
      await store.put(`prod/${id}/manifest.json`, Buffer.from(JSON.stringify(manifest({ id, proofs: [] }))));
    }
    const request = { cluster: 'prod', keep: { last: 1 }, dryRun: false, heldBy: () => undefined };
    const { signal } = new AbortController();
    const pruned = await pruneBackups(request, { store, log: recordedLog(), clock: systemClock, signal });
    expect(pruned.stoppedBy).toBeUndefined();
    expect(pruned.report.deleted).toEqual([]);
    expect(pruned.report.locked.map(({ id, what }) => [id, what])).toEqual([
      [ids[1], 'backup'],
      [ids[0], 'backup'],
    ]);
    expect(Date.parse(pruned.report.locked[0]?.lock.until ?? '')).toBeGreaterThan(Date.now());
    expect((await keys(store)).filter((key) => key.endsWith('manifest.json'))).toHaveLength(3);
  });
});
