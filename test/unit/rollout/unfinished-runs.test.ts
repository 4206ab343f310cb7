import { describe, expect, it } from 'vitest';
import { heldByRun, readUnfinishedRuns } from '../../../src/rollout/unfinished-runs.ts';
import { memoryStore } from '../backup/support/memory-store.ts';

type Written = readonly (readonly [step: string, event: string, detail?: string])[];

const [R1, R2, R3] = ['20261101T000000Z-0001', '20261102T000000Z-0002', '20261103T000000Z-0003'] as const;

async function unfinished(runs: Readonly<Record<string, Written>>) {
  const store = memoryStore();
  for (const [runId, entries] of Object.entries(runs)) {
    for (const [index, [step, event, detail]] of entries.entries()) {
      const key = `prod/runs/${runId}/${String(index + 1).padStart(4, '0')}.json`;
      store.objects.set(key, Buffer.from(JSON.stringify({ runId, at: '', step, event, detail })));
    }
  }
  return await readUnfinishedRuns(store, 'prod');
}

const begun = (backup: string) =>
  ['run', 'started', `v1.35.4 to v1.36.3, plan 0a1b, backup ${idOf(backup)}, by ops`] as const;
const done = ['run', 'done'] as const;
const failed = ['run', 'failed'] as const;
const step = ['hop1/cp1/upgrade', 'done'] as const;
const idOf = (name: string): string => `20261101T120000Z-${name.padStart(4, '0')}`;
const taken = (runId: string, reason: 'backup' | 'upgrade' = 'upgrade') => ({
  id: idOf(runId.slice(-2)),
  reason,
  runId,
});

describe('a backup is held', () => {
  it('by the upgrade that took it, until that is done', async () => {
    expect(heldByRun(await unfinished({ [R1]: [begun('b1'), step] }), taken(R1))).toBe(
      `upgrade ${R1} is not finished`,
    );
    expect(heldByRun(await unfinished({ [R1]: [begun('b1'), step, failed] }), taken(R1))).toContain(R1);
    expect(heldByRun(await unfinished({ [R1]: [begun('b1'), step, done] }), taken(R1))).toBeUndefined();
  });

  it('by an upgrade that has just taken it, and has no journal yet', async () => {
    expect(heldByRun(await unfinished({ [R1]: [begun('b1'), done] }), taken(R2))).toContain(R2);
  });

  it('until a later run is done, which went on with the upgrade', async () => {
    const open = { [R1]: [begun('b1'), step, failed], [R2]: [begun('b2'), step] };
    expect(heldByRun(await unfinished(open), taken(R1))).toContain(R1);
    const ended = await unfinished({ ...open, [R3]: [begun('b3'), done] });
    for (const run of [R1, R2, R3]) expect(heldByRun(ended, taken(run))).toBeUndefined();
  });

  it('although maintenance came to its end since', async () => {
    const runs = await unfinished({
      [R1]: [begun('01'), step, failed],
      [R2]: [['run', 'started', `maintenance ${R2}, by ops`], step, done],
      [R3]: [['run', 'started', 'defragmentation of etcd, by ops'], done],
    });
    expect(heldByRun(runs, taken(R1))).toContain(R1);
    const backedOut = await unfinished({
      [R1]: [begun('01'), step, failed],
      [R2]: [['run', 'started', `rollback from ${idOf('01')}, by ops`], step, done],
    });
    expect(heldByRun(backedOut, taken(R1))).toBeUndefined();
  });

  it('by a restore that began with it', async () => {
    const runs = await unfinished({
      [R2]: [['run', 'started', `restore-etcd from ${idOf('01')}, by ops`], step],
    });
    expect(heldByRun(runs, taken(R1, 'backup'))).toBe(`run ${R2} is not finished`);
  });

  it('by nobody where no run relies on it', async () => {
    const runs = await unfinished({ [R2]: [begun('b2'), step] });
    expect(heldByRun(runs, taken(R3, 'backup'))).toBeUndefined();
    expect(heldByRun(await unfinished({}), taken(R3, 'backup'))).toBeUndefined();
  });

  it('when the last entry of the journal was cut off', async () => {
    const store = memoryStore();
    store.objects.set(`prod/runs/${R1}/0001.json`, Buffer.from('{"runId"'));
    expect(heldByRun(await readUnfinishedRuns(store, 'prod'), taken(R1))).toContain(R1);
  });
});
