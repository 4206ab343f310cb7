import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasRoom, isDue, planDefrag } from '../../../src/defrag/plan.ts';
import type { EtcdState, MemberState } from '../../../src/defrag/state.ts';

const MIB = 1024 ** 2;
const FULL = { dbSizeBytes: 2048 * MIB, dbSizeInUseBytes: 2040 * MIB };
const config = { fragmentationPercent: 45, minSizeBytes: 100 * MIB, pauseSeconds: 60 };
const about = { cluster: 'prod', tool: 'kubestair/0.1.0' };

function member(name: string, over: Partial<MemberState> = {}): MemberState {
  return {
    id: `id-${name}`,
    name,
    leader: name === 'cp1',
    learner: false,
    version: '3.6.8',
    dbSizeBytes: 400 * MIB,
    dbSizeInUseBytes: 100 * MIB,
    dbSizeQuotaBytes: 2048 * MIB,
    revision: 7n,
    problems: [],
    ...over,
  };
}

function state(members: readonly MemberState[], alarms: EtcdState['alarms'] = []): EtcdState {
  return { members, alarms };
}

describe('planDefrag', () => {
  it('takes members one by one after a backup, the leader last, with a pause between', () => {
    const plan = planDefrag(state([member('cp1'), member('cp3'), member('cp2')]), config, about);
    expect(plan.verdict).toBe('ready');
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'defrag/backup',
      'defrag/cp2',
      'defrag/cp3/pause',
      'defrag/cp3',
      'defrag/cp1/pause',
      'defrag/cp1',
    ]);
    expect(plan.steps.at(-1)?.does).toContain('the leader');
  });

  it('leaves alone what has little to win, is small, or is a learner', () => {
    const plan = planDefrag(
      state([
        member('cp1', { dbSizeInUseBytes: 300 * MIB }),
        member('cp2', { dbSizeBytes: 90 * MIB, dbSizeInUseBytes: MIB }),
        member('cp3', { learner: true }),
      ]),
      config,
      about,
    );
    expect(plan.verdict).toBe('nothing-to-do');
    expect(plan.steps).toEqual([]);
    expect(Object.fromEntries(plan.members.map(({ name, reason }) => [name, reason]))).toEqual({
      cp1: 'less than 45 % are free',
      cp2: 'its database is small',
      cp3: 'it is a learner, which etcd does not let be defragmented',
    });
  });

  it('takes members without room of a full etcd, forgets its history first, and takes the alarm back last', () => {
    const full = [{ memberId: 'id-cp2', kind: 'NOSPACE' }] as const;
    const plan = planDefrag(
      state([member('cp1', FULL), member('cp2', FULL), member('cp3', { learner: true })], full),
      config,
      about,
    );
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      'backup',
      'compact',
      'defragment',
      'pause',
      'defragment',
      'disarm',
    ]);
  });

  it.each([
    [
      'a member that does not answer',
      state([member('cp1'), member('cp2', { problems: ['does not answer'] })]),
      'cp2 does not answer',
    ],
    ['no leader', state([member('cp2'), member('cp3')]), 'etcd has no leader'],
    [
      'corruption',
      state([member('cp1')], [{ memberId: 'id-cp1', kind: 'CORRUPT' }]),
      'cp1 has the alarm CORRUPT',
    ],
  ])('is blocked by %s', (_name, sick, problem) => {
    const plan = planDefrag(sick, config, about);
    expect(plan.verdict).toBe('blocked');
    expect(plan.problems).toEqual([problem]);
  });

  it('never takes the leader before another one, and each member once', () => {
    const anyMember = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      leader: fc.boolean(),
      used: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyMember, { selector: ({ name }) => name, minLength: 1 }), (given) => {
        const leader = given.findIndex((one) => one.leader);
        const members = given.map(({ name, used }, index) =>
          member(name, { leader: index === leader, dbSizeInUseBytes: used * MIB }),
        );
        const taken = planDefrag(state(members), config, about).steps.flatMap(({ kind, node = '' }) =>
          kind === 'defragment' ? [node] : [],
        );
        expect(new Set(taken).size).toBe(taken.length);
        const at = taken.indexOf(given[leader]?.name ?? '');
        expect([-1, taken.length - 1]).toContain(at);
      }),
    );
  });
});

describe('thresholds', () => {
  it('takes a member without room whatever it uses, once etcd is full, and leaves one that has room', () => {
    const used = { dbSizeBytes: 2000 * MIB, dbSizeInUseBytes: 2000 * MIB };
    expect(isDue(member('cp1', used), config, true)).toBe(true);
    expect(isDue(member('cp1', used), config, false)).toBe(false);
    expect(isDue(member('cp1', { dbSizeInUseBytes: 390 * MIB }), config, true)).toBe(false);
  });

  it('sees room by the quota that a member tells, and else by the default of etcd', () => {
    expect(hasRoom(member('cp1', { dbSizeBytes: 1900 * MIB }))).toBe(true);
    expect(hasRoom(member('cp1', { dbSizeBytes: 2000 * MIB }))).toBe(false);
    expect(hasRoom(member('cp1', { dbSizeBytes: 2000 * MIB, dbSizeQuotaBytes: 0 }))).toBe(false);
    expect(hasRoom(member('cp1', { dbSizeBytes: 2000 * MIB, dbSizeQuotaBytes: 8192 * MIB }))).toBe(true);
  });
});
