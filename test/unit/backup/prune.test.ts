import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/backup/manifest.ts';
import { type PruneRequest, pruneBackups } from '../../../src/backup/prune.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Store } from '../../../src/ports/store.ts';
import { manifest } from './support/manifests.ts';
import { type MemoryStore, memoryStore } from './support/memory-store.ts';
import { jumpingClock, recordedLog } from './support/quiet.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const idOf = (day: number): string => `202611${String(day).padStart(2, '0')}T020000Z-0000`;

function fill(store: MemoryStore, day: number, over: Partial<Manifest> = {}): string {
  const id = idOf(day);
  const startedAt = `2026-11-${String(day).padStart(2, '0')}T02:00:00.000Z`;
  for (const part of ['resources/core/v1/pods.ndjson.zst', 'etcd/snapshot.db.zst', 'hosts/cp1.tar.zst'])
    store.objects.set(`prod/${id}/${part}`, Buffer.from('part'));
  store.objects.set(
    `prod/${id}/manifest.json`,
    Buffer.from(JSON.stringify(manifest({ id, startedAt, proofs: [], ...over }))),
  );
  return id;
}

const request: PruneRequest = { cluster: 'prod', keep: { last: 2 }, dryRun: false, heldBy: () => undefined };
const depsOf = (store: Store) => ({
  store,
  log: recordedLog(),
  clock: jumpingClock(NOW),
  signal: new AbortController().signal,
});
const idsIn = (store: MemoryStore): readonly string[] => [
  ...new Set([...store.objects.keys()].map((key) => key.split('/')[1] ?? '')),
];

describe('pruneBackups', () => {
  it('deletes what the rule does not keep, and nothing beside it', async () => {
    const store = memoryStore();
    for (const day of [17, 18, 19, 20]) fill(store, day);
    store.objects.set('prod/lock/00000001.json', Buffer.from('{}'));
    store.objects.set(`staging/${idOf(1)}/manifest.json`, Buffer.from('{}'));
    const { report, stoppedBy } = await pruneBackups(request, depsOf(store));
    expect(stoppedBy).toBeUndefined();
    expect(report.deleted.map(({ id }) => id)).toEqual([idOf(18), idOf(17)]);
    expect(report.kept.map(({ id }) => id)).toEqual([idOf(20), idOf(19)]);
    expect(idsIn(store)).toEqual([idOf(19), idOf(20), 'lock', idOf(1)]);
  });

  it('deletes nothing in a dry run, and says the same', async () => {
    const [dry, wet] = [memoryStore(), memoryStore()];
    for (const store of [dry, wet]) for (const day of [17, 18, 19, 20]) fill(store, day);
    const before = dry.objects.size;
    const { report } = await pruneBackups({ ...request, dryRun: true }, depsOf(dry));
    expect(dry.objects.size).toBe(before);
    expect(report).toEqual({ ...(await pruneBackups(request, depsOf(wet))).report, dryRun: true });
  });

  it('deletes the manifest before anything else of a backup', async () => {
    const inner = memoryStore();
    for (const day of [18, 19, 20]) fill(inner, day);
    const erased: string[] = [];
    const store: Store = { ...inner, erase: async (key) => void erased.push(key) };
    await pruneBackups({ ...request, keep: { last: 2 } }, depsOf(store));
    expect(erased[0]).toBe(`prod/${idOf(18)}/manifest.json`);
    expect(erased.length).toBeGreaterThan(3);
  });

  it.each([1, 2, 3])('can be cut off after %i deletes, leaves no half backup, and goes on', async (after) => {
    let deletes = 0;
    const inner = memoryStore();
    for (const day of [17, 18, 19, 20]) fill(inner, day);
    const broken: Store = {
      ...inner,
      async erase(key) {
        deletes += 1;
        if (deletes > after) throw new KubestairError('STORE_FAILED', 'the disk is gone');
        return await inner.erase(key);
      },
    };
    const { stoppedBy, report } = await pruneBackups(request, depsOf(broken));
    expect(stoppedBy).toMatchObject({ code: 'STORE_FAILED' });
    expect(report.deleted).toEqual([]);
    // What has a manifest has everything.
    expect(inner.objects.has(`prod/${idOf(17)}/manifest.json`)).toBe(false);
    expect([...inner.objects.keys()].filter((key) => key.startsWith(`prod/${idOf(18)}/`))).toHaveLength(4);
    const { report: rest } = await pruneBackups(request, depsOf(inner));
    expect(rest.deleted.map(({ id, what }) => [id, what])).toEqual([
      [idOf(18), 'backup'],
      [idOf(17), 'remains'],
    ]);
    expect(idsIn(inner)).toEqual([idOf(19), idOf(20)]);
  });

  it('keeps a backup that something relies on', async () => {
    const store = memoryStore();
    for (const day of [17, 18, 19, 20]) fill(store, day);
    const heldBy = ({ id }: Manifest) => (id === idOf(17) ? 'upgrade r is not finished' : undefined);
    const { report } = await pruneBackups({ ...request, heldBy }, depsOf(store));
    expect(report.deleted.map(({ id }) => id)).toEqual([idOf(18)]);
    expect(report.kept.at(-1)).toEqual({ id: idOf(17), reasons: ['upgrade r is not finished'] });
  });

  it('keeps the last one with a passed drill', async () => {
    const store = memoryStore();
    fill(store, 10, { proofs: [{ kind: 'drill', result: 'passed', at: NOW, detail: '' }] });
    for (const day of [17, 18, 19, 20]) fill(store, day);
    const { report } = await pruneBackups(request, depsOf(store));
    expect(report.kept.at(-1)).toEqual({ id: idOf(10), reasons: ['last with drill passed'] });
  });

  it('leaves every backup where the file has no rule, and still removes what is none', async () => {
    const store = memoryStore();
    for (const day of [1, 2, 3]) fill(store, day);
    store.objects.delete(`prod/${idOf(2)}/manifest.json`);
    const { keep: _keep, ...without } = request;
    const { report } = await pruneBackups(without, depsOf(store));
    expect(report.deleted).toEqual([{ id: idOf(2), what: 'remains', bytes: 12 }]);
    expect(idsIn(store)).toEqual([idOf(1), idOf(3)]);
  });

  it('leaves alone what may be being written: by the id or by the last write', async () => {
    const inner = memoryStore();
    const young = '20261120T120001Z-0000';
    inner.objects.set(`prod/${young}/etcd/snapshot.db.zst`, Buffer.from('x'));
    inner.objects.set(`prod/${idOf(1)}/etcd/snapshot.db.zst`, Buffer.from('x'));
    const store: Store = {
      ...inner,
      async *list(prefix) {
        for await (const entry of inner.list(prefix))
          yield { ...entry, modified: new Date(entry.key.includes(idOf(1)) ? '2026-11-21T11:59:00Z' : 0) };
      },
    };
    const { report } = await pruneBackups(request, depsOf(store));
    expect(report.deleted).toEqual([]);
    expect(report.young).toEqual([young, idOf(1)]);
    const { report: later } = await pruneBackups(request, {
      ...depsOf(inner),
      clock: jumpingClock('2026-11-22T12:00:02Z'),
    });
    expect(later.deleted).toHaveLength(2);
  });

  it('deletes no manifest that it cannot read', async () => {
    const store = memoryStore();
    for (const day of [18, 19, 20]) fill(store, day);
    store.objects.set(`prod/${idOf(2)}/manifest.json`, Buffer.from('{"format":"kubestair.dev/backup/v2"}'));
    const { report } = await pruneBackups(request, depsOf(store));
    expect(report.unreadable).toEqual([{ id: idOf(2), reason: expect.stringContaining('format v2') }]);
    expect(idsIn(store)).toContain(idOf(2));
  });

  it('tells until when a backup is locked, leaves it whole, and deletes the others', async () => {
    const inner = memoryStore();
    for (const day of [16, 17, 18, 19, 20]) fill(inner, day);
    const until = '2026-12-01T00:00:00.000Z';
    const store: Store = {
      ...inner,
      async lockOf(key) {
        if (key.includes(idOf(17))) return { until, legalHold: false };
        return key.includes(idOf(16)) ? { until: '2026-11-20T00:00:00.000Z', legalHold: false } : undefined;
      },
    };
    const { report } = await pruneBackups(request, depsOf(store));
    expect(report.locked).toMatchObject([{ id: idOf(17), what: 'backup', lock: { until } }]);
    expect(report.deleted.map(({ id }) => id)).toEqual([idOf(18), idOf(16)]);
    expect([...inner.objects.keys()].filter((key) => key.includes(idOf(17)))).toHaveLength(4);
  });

  it('tells of single parts that are locked, and goes on with the rest', async () => {
    const inner = memoryStore();
    for (const day of [17, 18, 19, 20]) fill(inner, day);
    const store: Store = {
      ...inner,
      async erase(key) {
        if (key === `prod/${idOf(17)}/etcd/snapshot.db.zst`) return { legalHold: true };
        return await inner.erase(key);
      },
    };
    const { report } = await pruneBackups(request, depsOf(store));
    expect(report.locked).toMatchObject([{ id: idOf(17), what: 'remains', lock: { legalHold: true } }]);
    expect(report.deleted.map(({ id }) => id)).toEqual([idOf(18)]);
    expect([...inner.objects.keys()].filter((key) => key.includes(idOf(17)))).toEqual([
      `prod/${idOf(17)}/etcd/snapshot.db.zst`,
    ]);
  });

  it('ends with the reason of its signal, and says what it did', async () => {
    const inner = memoryStore();
    for (const day of [17, 18, 19, 20]) fill(inner, day);
    const controller = new AbortController();
    const stop = new KubestairError('INTERRUPTED', 'stopped');
    const store: Store = {
      ...inner,
      async erase(key, signal) {
        signal?.throwIfAborted();
        if (key.includes(idOf(18))) controller.abort(stop);
        return await inner.erase(key);
      },
    };
    const { report, stoppedBy } = await pruneBackups(request, {
      ...depsOf(store),
      signal: controller.signal,
    });
    expect(stoppedBy).toBe(stop);
    expect(report.deleted.map(({ id }) => id)).toEqual([idOf(17)]);
  });
});
