import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { measure } from '../../../src/backup/digest.ts';
import { fetchBackup } from '../../../src/backup/fetch.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { BackupSummary } from '../../../src/report/model.ts';
import { pods, manifest as sample } from './support/manifests.ts';
import { type MemoryStore, memoryStore } from './support/memory-store.ts';
import { recordedLog } from './support/quiet.ts';

const { signal } = new AbortController();
const prefix = 'prod/20261121T090507Z-3f9a/';
const identity = await generateIdentity();
const recipient = await identityToRecipient(identity);
const contents = {
  'resources/core/v1/pods.ndjson': Buffer.from('{"metadata":{"name":"web"}}\n'),
  'etcd/snapshot.db': randomBytes(200_000),
  'hosts/cp1.tar': Buffer.from('tar'),
  'keys/cp1.yaml': Buffer.from('kind: EncryptionConfiguration'),
};

async function backedUp(recipients: readonly string[]) {
  const store = memoryStore();
  const parts = openPartStore(store, prefix, recipients);
  async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const [pod, snapshot, host, key] = await Promise.all(
    Object.entries(contents).map(([name, bytes]) => parts.write(name, measure(chunks(bytes)), signal)),
  );
  if (!pod || !snapshot || !host || !key) throw new Error('not written');
  const manifest = sample({
    recipients,
    resources: [{ ...pods, part: pod }],
    etcd: {
      member: 'cp1',
      memberId: '1',
      etcdVersion: '3.6.6',
      revision: '120',
      trailerSha256: '',
      part: snapshot,
    },
    hosts: [{ node: 'cp1', part: host }],
    encryption: [{ node: 'cp1', file: '/etc/k.yaml', providers: ['aescbc'], part: key }],
  });
  store.objects.set(`${prefix}manifest.json`, Buffer.from(JSON.stringify(manifest)));
  const summary: BackupSummary = { manifest, storeUrl: store.url, prefix };
  return { store, summary };
}

const into = (store: Store, target: Store, identities: readonly string[] = []) => ({
  source: { store, prefix, identities },
  target,
  log: recordedLog(),
  signal,
});
const sealedNames = (suffix: string) => Object.keys(contents).map((name) => `${name}${suffix}`);
const names = (target: MemoryStore) => [...target.objects.keys()].toSorted();

describe('fetchBackup', () => {
  it.each([
    ['.zst', []],
    ['.zst.age', [recipient]],
  ])('copies every part as the store holds it, with sums and manifest: %s', async (suffix, recipients) => {
    const { store, summary } = await backedUp(recipients);
    store.objects.set(`${prefix}proofs/1.json`, Buffer.from('{}'));
    const target = memoryStore();
    const fetched = await fetchBackup(summary, into(store, target));
    expect(fetched).toMatchObject({ parts: 4, already: 0, opened: false });
    expect(names(target)).toEqual(
      ['SHA256SUMS', 'manifest.json', 'proofs/1.json', ...sealedNames(suffix)].toSorted(),
    );
    for (const name of [...sealedNames(suffix), 'manifest.json'])
      expect(target.objects.get(name)?.equals(store.objects.get(prefix + name) ?? Buffer.of())).toBe(true);
    const lines = String(target.objects.get('SHA256SUMS')).trimEnd().split('\n');
    expect(lines.every((line) => /^[0-9a-f]{64} {2}\S/.test(line))).toBe(true);
    expect(lines).toHaveLength(4);
  });

  it('opens them with an identity', async () => {
    const { store, summary } = await backedUp([recipient]);
    const target = memoryStore();
    const fetched = await fetchBackup(summary, into(store, target, [identity]));
    expect(fetched).toMatchObject({ parts: 4, opened: true });
    for (const [name, bytes] of Object.entries(contents))
      expect(target.objects.get(name)?.equals(bytes), name).toBe(true);
    expect(names(target)).toEqual(['SHA256SUMS', 'manifest.json', ...Object.keys(contents)].toSorted());
  });

  it('refuses a folder that holds something else', async () => {
    const { store, summary } = await backedUp([]);
    const target = memoryStore();
    target.objects.set('notes.txt', Buffer.from('mine'));
    await expect(fetchBackup(summary, into(store, target))).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
    });
    expect(names(target)).toEqual(['notes.txt']);
  });

  it('refuses a folder that a fetch of another kind or of another backup began', async () => {
    const { store, summary } = await backedUp([recipient]);
    const broken = failing(store, 'etcd');
    const target = memoryStore();
    await expect(fetchBackup(summary, into(broken, target))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const opened = fetchBackup(summary, into(store, target, [identity]));
    await expect(opened).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
    const other = { ...summary, manifest: { ...summary.manifest, id: '20261122T090507Z-3f9a' } };
    await expect(fetchBackup(other, into(store, target))).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
  });

  it('goes on where it stopped: what is there and right is kept, what is not is fetched again', async () => {
    const { store, summary } = await backedUp([]);
    const target = memoryStore();
    await expect(fetchBackup(summary, into(failing(store, 'etcd'), target))).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(target.objects.has('manifest.json')).toBe(false);
    expect(target.objects.has('etcd/snapshot.db.zst')).toBe(false);
    target.objects.set('hosts/cp1.tar.zst', Buffer.from('cut'));
    const fetched = await fetchBackup(summary, into(store, target));
    expect(fetched).toMatchObject({ parts: 4, already: 2 });
    expect(names(target)).toEqual(['SHA256SUMS', 'manifest.json', ...sealedNames('.zst')].toSorted());
    expect(target.objects.get('hosts/cp1.tar.zst')).toEqual(store.objects.get(`${prefix}hosts/cp1.tar.zst`));
  });

  it.each([
    [
      'changed',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]),
    ],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 10)],
    ['swapped', () => Buffer.from('another part')],
    ['gone', () => undefined],
  ])('leaves no manifest and no such part where one was %s in the store', async (_what, damage) => {
    for (const identities of [[], [identity]]) {
      const { store, summary } = await backedUp([recipient]);
      const key = `${prefix}etcd/snapshot.db.zst.age`;
      const damaged = damage(store.objects.get(key) ?? Buffer.of());
      if (damaged === undefined) store.objects.delete(key);
      else store.objects.set(key, Buffer.from(damaged));
      const target = memoryStore();
      const fetching = fetchBackup(summary, into(store, target, identities));
      await expect(fetching).rejects.toMatchObject({
        code: 'STORE_CORRUPT',
        object: expect.stringContaining('etcd'),
      });
      expect(names(target).filter((name) => name.startsWith('etcd') || name === 'manifest.json')).toEqual([]);
    }
  });

  it('leaves the folder as it was with a wrong identity', async () => {
    const { store, summary } = await backedUp([recipient]);
    const target = memoryStore();
    const fetching = fetchBackup(summary, into(store, target, [await generateIdentity()]));
    await expect(fetching).rejects.toMatchObject({ code: 'IDENTITY_WRONG' });
    expect(names(target)).toEqual([]);
  });
});

function failing(store: MemoryStore, part: string): Store {
  return {
    ...store,
    async get(key) {
      // Late, when the other parts are there.
      if (key.includes(`/${part}/`)) await setTimeout(100);
      if (key.includes(`/${part}/`)) throw new KubestairError('STORE_FAILED', 'the disk is gone');
      return await store.get(key);
    },
  };
}
