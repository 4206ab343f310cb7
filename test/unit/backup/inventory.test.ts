import { describe, expect, it } from 'vitest';
import { takeInventory } from '../../../src/backup/inventory.ts';
import { isProven } from '../../../src/backup/proven.ts';
import { manifest } from './support/manifests.ts';
import { memoryStore } from './support/memory-store.ts';
import { recordedLog } from './support/quiet.ts';

const ids = ['20261120T230000Z-0001', '20261121T090507Z-3f9a', '20261121T090508Z-0000'] as const;

describe('takeInventory', () => {
  it('tells backups, remains and what it cannot read apart, newest first', async () => {
    const store = memoryStore();
    const put = (key: string, text: string) => void store.objects.set(key, Buffer.from(text));
    put(`prod/${ids[0]}/manifest.json`, JSON.stringify(manifest({ id: ids[0] })));
    put(`prod/${ids[0]}/resources/core/v1/pods.ndjson.zst`, 'x'.repeat(100));
    put(`prod/${ids[1]}/etcd/snapshot.db.zst`, 'x'.repeat(10));
    put(`prod/${ids[2]}/manifest.json`, '{"format":"kubestair.dev/backup/v2"}');
    put('prod/lock/00000001.json', '{}');
    put(`prod/runs/${ids[0]}/0001.json`, '{}');
    put('prod/probe-3f9a', 'x');
    put(`production/${ids[0]}/manifest.json`, '{}');
    const found = await takeInventory('prod', { store, log: recordedLog() });
    expect(found).toEqual([
      expect.objectContaining({ kind: 'unreadable', id: ids[2], reason: expect.stringContaining('v2') }),
      expect.objectContaining({ kind: 'remains', id: ids[1], bytes: 10 }),
      expect.objectContaining({ kind: 'backup', id: ids[0], manifest: manifest({ id: ids[0] }) }),
    ]);
    const [, , backup] = found;
    expect(backup?.bytes).toBe(100 + JSON.stringify(manifest({ id: ids[0] })).length);
  });

  it('counts proofs that were recorded beside the manifest', async () => {
    const store = memoryStore();
    const [id] = ids;
    const at = '2026-12-01T00:00:00.000Z';
    const record = {
      format: 'kubestair.dev/proofs/v1',
      backup: id,
      tool: 't',
      proofs: [{ kind: 'drill', result: 'passed', at, detail: '' }],
    };
    store.objects.set(`prod/${id}/manifest.json`, Buffer.from(JSON.stringify(manifest({ id }))));
    store.objects.set(`prod/${id}/proofs/20261201T000000Z-0000.json`, Buffer.from(JSON.stringify(record)));
    const [found] = await takeInventory('prod', { store, log: recordedLog() });
    if (found?.kind !== 'backup') throw new Error('there is no backup');
    expect(isProven(found.manifest, 'drill')).toBe(true);
    expect(isProven(found.manifest, 'checksums')).toBe(true);
  });

  it('does not take a manifest in a deeper folder for the one of the backup', async () => {
    const store = memoryStore();
    store.objects.set(`prod/${ids[0]}/hosts/manifest.json`, Buffer.from('{}'));
    const [found] = await takeInventory('prod', { store, log: recordedLog() });
    expect(found?.kind).toBe('remains');
  });

  it('is empty for a cluster that was never backed up', async () => {
    expect(await takeInventory('prod', { store: memoryStore(), log: recordedLog() })).toEqual([]);
  });
});
