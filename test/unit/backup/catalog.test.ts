import { describe, expect, it } from 'vitest';
import { BACKUP_ID, backupId } from '../../../src/backup/backup-id.ts';
import { listBackups, readBackup } from '../../../src/backup/catalog.ts';
import { recordProofs } from '../../../src/backup/proof-records.ts';
import type { Store } from '../../../src/ports/store.ts';
import { manifest, proof } from './support/manifests.ts';
import { memoryStore } from './support/memory-store.ts';
import { recordedLog } from './support/quiet.ts';

const signal = new AbortController().signal;
const ids = ['20261120T230000Z-0001', '20261121T090507Z-3f9a', '20261121T090508Z-0000'] as const;

function filledStore() {
  const store = memoryStore();
  for (const id of ids) {
    store.objects.set(`prod/${id}/resources/core/v1/pods.ndjson.zst`, Buffer.from('x'));
    store.objects.set(`prod/${id}/manifest.json`, Buffer.from(JSON.stringify(manifest({ id }))));
  }
  store.objects.set('prod/20261121T100000Z-ffff/etcd/snapshot.db.zst', Buffer.from('no manifest, no backup'));
  store.objects.set('prod/runs/manifest.json/x', Buffer.from('{}'));
  store.objects.set(
    'production/20271121T100000Z-ffff/manifest.json',
    Buffer.from(JSON.stringify(manifest())),
  );
  return store;
}

describe('listBackups', () => {
  it('lists the backups of one cluster, newest first', async () => {
    const found = await listBackups('prod', 10, { store: filledStore(), log: recordedLog() });
    expect(found.map((backup) => backup.manifest.id)).toEqual([...ids].reverse());
    expect(found[0]).toMatchObject({ storeUrl: 'memory://store', prefix: `prod/${ids[2]}/` });
  });

  it('reads no more manifests than were asked for', async () => {
    const store = filledStore();
    const read: string[] = [];
    const counting: Store = {
      ...store,
      get(key) {
        read.push(key);
        return store.get(key);
      },
    };
    await listBackups('prod', 1, { store: counting, log: recordedLog() });
    expect(read).toEqual([`prod/${ids[2]}/manifest.json`]);
  });

  it.each([
    ['not JSON', 'the manifest of the backup cannot be read'],
    ['{"format":"kubestair.dev/backup/v9"}', 'the backup is of format v9, and this version knows v1'],
    [JSON.stringify(manifest({ id: ids[0] })), `the manifest is that of the backup prod/${ids[0]}`],
  ])('passes over the manifest %s', async (text, why) => {
    const store = filledStore();
    const log = recordedLog();
    store.objects.set(`prod/${ids[2]}/manifest.json`, Buffer.from(text));
    const found = await listBackups('prod', 1, { store, log });
    expect(found.map((backup) => backup.manifest.id)).toEqual([ids[1]]);
    expect(log.lines).toEqual([`${why}: memory://store/prod/${ids[2]}/manifest.json`]);
  });
});

describe('readBackup', () => {
  it('gives back what was written, whole', async () => {
    const { manifest: read } = await readBackup('prod', ids[0], { store: filledStore(), log: recordedLog() });
    expect(read).toEqual(manifest({ id: ids[0] }));
  });

  it('gives back proofs that were made later, oldest first, and no others', async () => {
    const store = filledStore();
    const record = (name: string, backup: string, detail: string) => {
      const proofs = [proof('drill', { detail })];
      return recordProofs({ backup, tool: 't', proofs }, `prod/${ids[0]}/`, name, store, signal);
    };
    await record('20261123T000000Z-0000', ids[0], 'second');
    await record('20261122T000000Z-0000', ids[0], 'first');
    await record('20261124T000000Z-0000', ids[1], 'of another backup');
    store.objects.set(`prod/${ids[0]}/proofs/x.json`, Buffer.from('{'));
    const deps = { store, log: recordedLog() };
    for (const found of [await readBackup('prod', ids[0], deps), (await listBackups('prod', 9, deps))[2]]) {
      expect(found?.manifest.proofs.slice(2).map(({ detail }) => detail)).toEqual(['first', 'second']);
    }
    await expect(record('20261122T000000Z-0000', ids[0], 'again')).rejects.toMatchObject({
      code: 'BACKUP_EXISTS',
    });
  });

  it('knows no backup without a manifest', async () => {
    const deps = { store: filledStore(), log: recordedLog() };
    await expect(readBackup('prod', '20261121T100000Z-ffff', deps)).rejects.toMatchObject({
      code: 'BACKUP_NOT_FOUND',
    });
  });
});

describe('a manifest that is not what its place says', () => {
  const read = (text: string) => {
    const store = filledStore();
    store.objects.set(`prod/${ids[0]}/manifest.json`, Buffer.from(text));
    return readBackup('prod', ids[0], { store, log: recordedLog() });
  };
  const written = manifest({ id: ids[0] });
  const withPath = (path: string) => ({
    ...written,
    hosts: [
      { node: 'cp1', part: { path, plain: { bytes: 1, sha256: 'aa' }, sealed: { bytes: 1, sha256: 'aa' } } },
    ],
  });

  it.each([
    ['of a later format', '{"format":"kubestair.dev/backup/v2"}', 'BACKUP_FORMAT'],
    ['cut off', JSON.stringify(written).slice(0, -20), 'BACKUP_FORMAT'],
    ['of another backup', JSON.stringify(manifest({ id: ids[1] })), 'BACKUP_FOREIGN'],
    [
      'of another cluster',
      JSON.stringify({ ...written, cluster: { ...written.cluster, name: 'staging' } }),
      'BACKUP_FOREIGN',
    ],
    ['with a part that lies outside', JSON.stringify(withPath('../../etc/cron.d/x')), 'BACKUP_FORMAT'],
    ['with a part at an absolute path', JSON.stringify(withPath('/etc/cron.d/x')), 'BACKUP_FORMAT'],
    ['with a part that is a folder', JSON.stringify(withPath('hosts/')), 'BACKUP_FORMAT'],
  ])('is refused: %s', async (_what, text, code) => {
    await expect(read(text)).rejects.toMatchObject({
      code,
      object: `memory://store/prod/${ids[0]}/manifest.json`,
      next: expect.any(String),
    });
  });

  it('may name parts like those that are written', async () => {
    const { manifest: found } = await read(JSON.stringify(withPath('hosts/cp1.tar.zst.age')));
    expect(found.hosts).toHaveLength(1);
  });
});

describe('backupId', () => {
  it('sorts by time', () => {
    expect(BACKUP_ID.test(ids[1])).toBe(true);
    expect(backupId(new Date('2026-11-21T09:05:07.999Z'), '3f9ac0ffee')).toBe(ids[1]);
  });
});
