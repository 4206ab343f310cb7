import { expect, test } from 'vitest';
import { known } from '../../../../src/cluster/known.ts';
import type { EtcdObservation, Observation } from '../../../../src/cluster/observation.ts';
import { cluster, controlPlane, member, worker } from '../sample.ts';
import { findings, found } from './judge.ts';

const GIGABYTE = 1e9;
const withMembers = (...members: EtcdObservation['members'][number][]): Observation =>
  cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')], {
    etcd: known({ topology: 'stacked', members, alarms: [] }),
  });

test.each([
  ['small', { dbSizeBytes: 0.1, dbSizeInUseBytes: 0.01, dbQuotaBytes: 2 }, []],
  ['large and in use', { dbSizeBytes: 1.5, dbSizeInUseBytes: 1.4, dbQuotaBytes: 2 }, []],
  ['mostly free', { dbSizeBytes: 0.6, dbSizeInUseBytes: 0.2, dbQuotaBytes: 2 }, ['warning etcd member cp1']],
  [
    'near its quota',
    { dbSizeBytes: 1.6, dbSizeInUseBytes: 1.5, dbQuotaBytes: 2 },
    ['warning etcd member cp1'],
  ],
  [
    'at its quota',
    { dbSizeBytes: 1.95, dbSizeInUseBytes: 1.9, dbQuotaBytes: 2 },
    ['blocking etcd member cp1'],
  ],
  ['large, with a quota that nobody knows', { dbSizeBytes: 7.9, dbSizeInUseBytes: 7.8 }, []],
  ['of an etcd that tells only its size', { dbSizeBytes: 7.9 }, []],
])('a database that is %s', (_name, gigabytes, expected) => {
  const sizes = Object.fromEntries(
    Object.entries(gigabytes).map(([name, each]) => [name, Math.round(each * GIGABYTE)]),
  );
  expect(found('etcd-space', { observation: withMembers(member('cp1', sizes)) })).toEqual(expected);
});

test('says what helps: defragmentation only where there is something to gain', () => {
  const remedyOf = (inUse: number) =>
    findings('etcd-space', {
      observation: withMembers(
        member('cp1', { dbSizeBytes: 1.9e9, dbSizeInUseBytes: inUse, dbQuotaBytes: 2e9 }),
      ),
    })[0]?.remedy;
  expect(remedyOf(1e9)).toMatch(/^Defragment it/);
  expect(remedyOf(1.8e9)).toMatch(/raise --quota-backend-bytes/);
});

test('a member that does not answer is told of by etcd-healthy alone', () => {
  const observation = withMembers(member('cp1'), member('cp2', { healthy: false, dbSizeBytes: 0 }));
  expect(found('etcd-space', { observation })).toEqual([]);
});

test('an etcd without a leader blocks, unless its leader may be the member that does not answer', () => {
  const three = (over: object, other = {}) =>
    withMembers(
      member('cp1', { leader: false }),
      member('cp2', { leader: false, ...other }),
      member('cp3', { leader: false, ...over }),
    );
  expect(found('etcd-healthy', { observation: three({}) })).toEqual(['blocking etcd']);
  expect(found('etcd-healthy', { observation: three({ leader: true }) })).toEqual([]);
  expect(found('etcd-healthy', { observation: three({ healthy: false }) })).toEqual([
    'blocking etcd member cp3',
    'blocking etcd',
  ]);
});

test('an alarm of a member is told once', () => {
  const observation = cluster([controlPlane('cp1', 'v1.35.4')], {
    etcd: known({
      topology: 'stacked',
      members: [member('cp1', { healthy: false })],
      alarms: ['NOSPACE on cp1'],
    }),
  });
  expect(found('etcd-healthy', { observation }).filter((each) => !each.startsWith('info'))).toEqual([
    'blocking etcd',
  ]);
});
