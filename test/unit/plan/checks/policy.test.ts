import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../src/cluster/known.ts';
import type { Observation } from '../../../../src/cluster/observation.ts';
import type { PolicyConfig } from '../../../../src/config/policy-schema.ts';
import { cluster, config, controlPlane, NOW, pod, worker } from '../sample.ts';
import { findings, found } from './judge.ts';

const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')];
const alone = pod('report-1', 'w1', { controller: 'ReplicaSet/report', desired: 1 });

function given(policy: PolicyConfig, over: Partial<Observation> = {}) {
  return { config: config({ policy }), observation: cluster(nodes, { pods: [alone], ...over }) };
}

describe('disruption-policy', () => {
  it.each<[string, PolicyConfig, readonly string[]]>([
    ['no bound', {}, []],
    ['bounds that hold', { maxNodesAway: 1, maxAbsenceSeconds: 30, maxOutages: 1 }, []],
    ['an absence that is too long', { maxAbsenceSeconds: 29 }, ['blocking spec.policy.maxAbsence']],
    ['an outage too many', { maxOutages: 0 }, ['blocking spec.policy.maxOutages']],
  ])('%s', (_name, policy, expected) => {
    expect(found('disruption-policy', given(policy))).toEqual(expected);
  });

  it('names who would be away', () => {
    expect(findings('disruption-policy', given({ maxOutages: 0 }))[0]?.message).toBe(
      'allows 0, and the plan leaves 1 workload without any pod for a time: ReplicaSet/default/report',
    );
  });
});

describe('backup-age', () => {
  const DAY = { maxBackupAgeSeconds: 24 * 3600 };
  const taken = (hoursAgo: number) =>
    known({ id: 'b1', finishedAt: new Date(NOW.getTime() - hoursAgo * 3_600_000).toISOString() });
  const OBJECT = 'Backups of cluster prod';
  it.each<[string, PolicyConfig, Partial<Observation>, readonly string[]]>([
    ['not asked for', {}, { lastBackup: known(null) }, []],
    ['young enough', DAY, { lastBackup: taken(23) }, []],
    ['too old', DAY, { lastBackup: taken(25) }, [`blocking ${OBJECT}`]],
    ['none', DAY, { lastBackup: known(null) }, [`blocking ${OBJECT}`]],
    ['a store that cannot be read', DAY, { lastBackup: unknown('403') }, [`unknown ${OBJECT}`]],
  ])('%s', (_name, policy, over, expected) => {
    expect(found('backup-age', given(policy, over))).toEqual(expected);
  });
});
