import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DefragConfig } from '../../src/config/schema.ts';
import { type DefragPlan, type DefragStep, isFull, planDefrag } from '../../src/defrag/plan.ts';
import { type EtcdState, readEtcdState } from '../../src/defrag/state.ts';
import { openDefragRunner } from '../../src/defrag/step-runner.ts';
import { carryOutAll, type RolloutResult } from '../../src/rollout/engine.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type EtcdCluster, startEtcdCluster } from './support/etcd-cluster.ts';
import { hastyClock as clock } from './support/hasty-clock.ts';

const MIB = 1024 ** 2;
const config: DefragConfig = { fragmentationPercent: 45, minSizeBytes: 8 * MIB, pauseSeconds: 0 };

let etcd: EtcdCluster;

afterEach(() => etcd[Symbol.asyncDispose]());

async function look(): Promise<EtcdState> {
  const members = etcd.open();
  const state = await readEtcdState(members);
  await Promise.all(members.map((member) => member.close()));
  return state;
}

async function plan(): Promise<DefragPlan> {
  return planDefrag(await look(), config, { cluster: 'test', tool: 'kubestair/test' });
}

async function carryOut(given: DefragPlan, over: { readonly timeoutSeconds?: number } = {}) {
  const done: string[] = [];
  const runner = openDefragRunner({
    openMembers: async () => etcd.open(),
    config,
    full: isFull(given),
    clock,
    timeoutSeconds: 30,
    backUp: async () => void done.push('backup'),
    ...over,
  });
  const result: RolloutResult<DefragStep> = await carryOutAll(given.steps, {
    runner,
    journal: { record: () => undefined, flush: async () => undefined },
    clock,
    log: recordedLog(),
    signal: new AbortController().signal,
  });
  return { ...result, done };
}

/** Writes that much and forgets most of it again, as a cluster does over weeks. */
async function fragment(megabytes: number): Promise<void> {
  const value = 'x'.repeat(MIB);
  for (let index = 0; index < megabytes; index += 1) await etcd.put(`/registry/${index % 2}`, value);
  const [{ Status }] = JSON.parse(await etcd.etcdctl('endpoint', 'status', '-w', 'json'));
  await etcd.etcdctl('compact', String(Status.header.revision), '--physical');
  // Each member removes what was forgotten by itself, and counts what became free with the next write.
  await vi.waitFor(async () => {
    await etcd.put('/registry/tick', 'x');
    expect((await plan()).members.every(({ due }) => due)).toBe(true);
  }, 30_000);
}

describe('defragmentation of three members', () => {
  beforeEach(async () => {
    etcd = await startEtcdCluster();
    await fragment(24);
  });

  it('shrinks every member, the leader last, keeps every key, and finds nothing to do then', async () => {
    const before = await plan();
    expect(before.members.map(({ due }) => due)).toEqual([true, true, true]);
    expect(before.members.at(-1)?.leader).toBe(true);
    const keys = await etcd.etcdctl('get', '/registry/', '--prefix');

    const { records, stoppedBy, done } = await carryOut(before);
    expect(stoppedBy).toBeUndefined();
    expect(done).toEqual(['backup']);
    expect(records.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);

    const after = await plan();
    expect(after.verdict).toBe('nothing-to-do');
    for (const member of after.members) {
      const old = before.members.find(({ id }) => id === member.id);
      expect(member.dbSizeBytes).toBeLessThan((old?.dbSizeBytes ?? 0) / 2);
    }
    expect(await etcd.etcdctl('get', '/registry/', '--prefix')).toBe(keys);
  });

  it('does not take again what a run before took', async () => {
    const whole = await plan();
    const upToFirst = { ...whole, steps: whole.steps.slice(0, 2) };
    await carryOut(upToFirst);
    const { records } = await carryOut(whole);
    expect(records.map(({ state }) => state)).toEqual(['done', 'was-done', 'done', 'done']);
  });

  it('touches no member while another one is away', async () => {
    const made = await plan();
    const first = made.steps.find(({ kind }) => kind === 'defragment')?.node;
    const other = made.members.find(({ name, leader }) => name !== first && !leader)?.name ?? '';
    etcd.members.get(other)?.kill();
    const { records, stoppedBy } = await carryOut(made, { timeoutSeconds: 3 });
    expect(stoppedBy).toMatchObject({ code: 'GATE_TIMEOUT' });
    expect(String(stoppedBy)).toContain(`${other} does not answer`);
    expect(records.filter(({ step, state }) => step.kind === 'defragment' && state === 'done')).toEqual([]);
    expect((await plan()).verdict).toBe('blocked');
  });
});

describe('an etcd that is full', () => {
  beforeEach(async () => {
    etcd = await startEtcdCluster([`--quota-backend-bytes=${16 * MIB}`]);
  });

  it('takes writes again', async () => {
    const write = async () => {
      for (let index = 0; index < 40; index += 1) await etcd.put('/registry/same', 'x'.repeat(MIB));
    };
    await expect(write()).rejects.toThrow(/database space exceeded/);
    const made = await plan();
    expect(made.alarms.map(({ kind }) => kind)).toContain('NOSPACE');
    expect(made.verdict).toBe('ready');

    const { stoppedBy, records } = await carryOut(made);
    expect(stoppedBy).toBeUndefined();
    expect(records.at(-1)?.notes.join()).toMatch(/NOSPACE .* is taken back/);
    expect((await look()).alarms).toEqual([]);
    await etcd.put('/registry/same', 'again');
    expect(await etcd.etcdctl('get', '/registry/same', '--print-value-only')).toBe('again\n');
  });
});
