import { describe, expect, test } from 'vitest';
import type { Acceptance } from '../../../src/config/accept-schema.ts';
import { applyAcceptances } from '../../../src/plan/acceptance.ts';
import { approve } from '../../../src/plan/approved.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import type { Finding } from '../../../src/plan/plan.ts';
import { cluster, config, controlPlane, NOW, plainProvider, pod, VERSION_AT, worker } from './sample.ts';

const AT = { file: 'clusters/prod.yaml', line: 12, column: 7 };
const cache: Acceptance = {
  check: 'empty-dirs',
  object: 'StatefulSet/default/cache',
  reason: 'It can be filled again.',
  until: '2026-11-21',
  at: AT,
};

const observation = cluster(
  [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')],
  {
    pods: [pod('cache-0', 'w1', { controller: 'StatefulSet/cache', emptyDirs: ['data'] })],
  },
);

function plan(accept: readonly Acceptance[], now = NOW) {
  const input = {
    config: config({ accept }),
    versionAt: VERSION_AT,
    observation,
    tool: 'kubestair/0.1.0',
    provider: plainProvider,
    now,
  };
  return buildPlan(input, planRoute(input), []);
}

const told = (findings: readonly Finding[]) =>
  findings
    .filter(({ check }) => check === 'empty-dirs' || check === 'acceptances')
    .map(({ severity, object, accepted }) => `${accepted === undefined ? severity : 'accepted'} ${object}`);

describe('an acceptance', () => {
  test('lets its finding pass, and shows it with reason and end', () => {
    expect(plan([]).verdict).toBe('blocked');
    const accepted = plan([cache]);
    expect(accepted.verdict).toBe('ready');
    expect(accepted.findings.find(({ check }) => check === 'empty-dirs')).toMatchObject({
      severity: 'blocking',
      accepted: { reason: 'It can be filled again.', until: '2026-11-21' },
    });
    expect(() => approve(accepted)).not.toThrow();
  });

  test('counts to the end of its day in UTC, and is then a finding itself', () => {
    expect(told(plan([cache], new Date('2026-11-21T23:59:59Z')).findings)).toEqual([
      'accepted StatefulSet/default/cache',
    ]);
    const later = plan([cache], new Date('2026-11-22T00:00:00Z'));
    expect(later.verdict).toBe('blocked');
    expect(told(later.findings)).toEqual([
      'blocking StatefulSet/default/cache',
      'warning empty-dirs of StatefulSet/default/cache',
    ]);
    expect(later.findings.find(({ check }) => check === 'acceptances')?.location).toEqual(AT);
  });

  test('that fits nothing is told, and is not in the way', () => {
    const other = { ...cache, object: 'StatefulSet/default/cash' };
    expect(told(plan([other]).findings)).toEqual([
      'blocking StatefulSet/default/cache',
      'info empty-dirs of StatefulSet/default/cash',
    ]);
  });

  test('is part of what is approved', () => {
    const hashes = [
      plan([]),
      plan([cache]),
      plan([{ ...cache, reason: 'another' }]),
      plan([{ ...cache, until: '2027-01-01' }]),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(4);
    expect(plan([{ ...cache, at: { ...AT, line: 99 } }]).hash).toBe(plan([cache]).hash);
  });

  test('never fits a mandatory check, even if one slipped in', () => {
    const finding: Finding = {
      check: 'etcd-healthy',
      severity: 'blocking',
      object: 'etcd',
      message: 'm',
      remedy: 'r',
    };
    const acceptance = { ...cache, check: 'etcd-healthy', object: 'etcd' };
    const [first] = applyAcceptances([finding], [acceptance], '2026-11-21', new Set(['etcd-healthy']));
    expect(first).not.toHaveProperty('accepted');
  });
});
