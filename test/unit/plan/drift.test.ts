import { describe, expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import { KubestairError } from '../../../src/errors.ts';
import { approvalBasis } from '../../../src/plan/approval-basis.ts';
import { approve } from '../../../src/plan/approved.ts';
import { planDrift } from '../../../src/plan/drift/drift.ts';
import { type Hashed, planHash } from '../../../src/plan/hash.ts';
import type { Finding, Plan } from '../../../src/plan/plan.ts';
import { readPlanFile } from '../../../src/plan/saved/plan-file.ts';
import { resultDocument } from '../../../src/report/document.ts';
import { plan as samplePlan, source } from '../report/samples.ts';
import { cluster, config, controlPlane, host, plainProvider, worker } from './sample.ts';

const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')];
const budget: Finding = {
  check: 'budget-never-allows',
  severity: 'warning',
  object: 'PodDisruptionBudget/shop/web',
  message: 'It allows no eviction: 2 of 2 pods must stay.',
  remedy: 'Scale Deployment/shop/web to 3.',
};

function planOf(over: Partial<Plan> = {}, seen = nodes, file = config()): Plan {
  const observation = cluster(seen);
  const plan: Plan = {
    ...samplePlan,
    steps: plainProvider.steps(hop, observation),
    findings: [],
    basis: approvalBasis(file, observation),
    ...over,
  };
  return { ...plan, hash: planHash(plan) };
}

const before = planOf();

describe('a drift is told in words', () => {
  test.each<[string, Hashed, readonly string[]]>([
    [
      'a node that came, with its steps',
      planOf({}, [...nodes, worker('w3', 'v1.35.4')]),
      ['Node/w3 is new: worker, kubelet v1.35.4', 'steps are new: drain, kubelet, uncordon of w3 to v1.36.3'],
    ],
    [
      'a node that went',
      planOf({}, nodes.slice(0, 2)),
      ['Node/w2 is gone', 'steps are gone: drain, kubelet, uncordon of w2 to v1.36.3'],
    ],
    [
      'a version and a package',
      planOf({ steps: before.steps }, [
        ...nodes.slice(0, 2),
        worker('w2', 'v1.35.4', { containerRuntime: 'containerd://2.3.0', host: known(host('v1.35.5')) }),
      ]),
      [
        'Node/w2: containerRuntime containerd://2.2.1 → containerd://2.3.0',
        'Node/w2: host.packages.kubeadm.version 1.35.4-1.1 → 1.35.5-1.1',
        'Node/w2: host.packages.kubectl.version 1.35.4-1.1 → 1.35.5-1.1',
        'Node/w2: host.packages.kubelet.version 1.35.4-1.1 → 1.35.5-1.1',
      ],
    ],
    [
      'the cluster file',
      planOf({}, nodes, config({ drain: { ...config().drain, timeoutSeconds: 60 } })),
      ['cluster file: drain.timeoutSeconds 600 → 60'],
    ],
    [
      'a finding',
      planOf({ findings: [budget] }),
      [
        'finding is new: warning budget-never-allows of PodDisruptionBudget/shop/web: It allows no eviction: 2 of 2 pods must stay.',
      ],
    ],
    [
      'the order of steps',
      planOf({ steps: before.steps.toReversed() }),
      ['steps come in another order: v1.36.3/w2/uncordon now comes before v1.36.3/w1/drain'],
    ],
    [
      'another version of the tool',
      planOf({ tool: 'kubestair/0.2.0' }),
      ['Kubestair: planned by kubestair/0.1.0, this is kubestair/0.2.0'],
    ],
  ])('%s', (_name, now, lines) => {
    expect(planDrift(before, now)).toEqual(lines);
  });

  test('findings that became worse, were accepted, or went', () => {
    const was = planOf({ findings: [budget] });
    const worse = planOf({ findings: [{ ...budget, severity: 'blocking' }] });
    const accepted = planOf({
      findings: [{ ...budget, accepted: { reason: 'known', until: '2027-01-31' } }],
    });
    expect(planDrift(was, worse)).toEqual([
      'finding budget-never-allows of PodDisruptionBudget/shop/web: warning → blocking',
    ]);
    expect(planDrift(was, accepted)[0]).toContain('its acceptance: reason nothing → known');
    expect(planDrift(was, before)).toEqual([
      'finding is gone: warning budget-never-allows of PodDisruptionBudget/shop/web',
    ]);
  });

  test('in no more lines than a person reads', () => {
    const many = Array.from({ length: 500 }, (_, index) => worker(`x${index}`, 'v1.35.4'));
    const lines = planDrift(before, planOf({}, [...nodes, ...many]));
    expect(lines).toHaveLength(41);
    expect(lines.at(-1)).toBe('and 960 more differences');
  });
});

test('which control plane goes last is no drift', () => {
  const servers = [controlPlane('cp1', 'v1.35.4'), controlPlane('cp2', 'v1.35.4')];
  const one = planOf({}, servers);
  const turned = planOf({ steps: one.steps.toReversed() }, servers);
  expect(turned.hash).toBe(one.hash);
  expect(planDrift(one, turned)).toEqual([]);
});

describe('approve', () => {
  const now = planOf({}, nodes.slice(0, 2));

  test('refuses another plan than the approved one and says what differs', () => {
    expect(refusalOf(() => approve(now, { hash: before.hash, plan: before }))).toMatchObject({
      code: 'PLAN_DRIFT',
      evidence: expect.arrayContaining(['Node/w2 is gone']),
    });
  });

  test('says how to be told where only the hash is known', () => {
    const error = refusalOf(() => approve(now, { hash: before.hash }));
    expect(error).toMatchObject({ code: 'PLAN_DRIFT', evidence: [] });
    expect(error?.next).toContain('--plan FILE');
  });
});

describe('the file of a plan', () => {
  const result = { command: 'plan', outcome: { state: 'ready' }, plan: before, source } as const;

  test('is the result of plan --output json, or the plan in it', () => {
    expect(readPlanFile(resultDocument(result, before.tool), 'p.json', before.tool)).toEqual(before);
    expect(readPlanFile(JSON.stringify(before), 'p.json', before.tool).hash).toBe(before.hash);
  });

  test.each([
    ['no JSON', 'plan', 'it is not JSON'],
    ['no plan', '{}', 'format'],
    [
      'an offline plan',
      JSON.stringify({ format: 'kubestair.dev/result/v1', outcome: {}, offline: {} }),
      'plan',
    ],
    [
      'a plan that was changed',
      JSON.stringify({ ...before, steps: [] }),
      'its hash is not that of what it says',
    ],
  ])('is not %s', (_name, text, reason) => {
    const error = refusalOf(() => readPlanFile(text, 'p.json', before.tool));
    expect(error?.code).toBe('PLAN_FILE_INVALID');
    expect(error?.message).toContain(reason);
  });

  test('of another version is compared all the same', () => {
    const old = { ...before, tool: 'kubestair/0.0.9' };
    const read = readPlanFile(JSON.stringify(old), 'p.json', before.tool);
    expect(planDrift(read, before)).toEqual([
      'Kubestair: planned by kubestair/0.0.9, this is kubestair/0.1.0',
    ]);
  });
});

function refusalOf(act: () => unknown): KubestairError | undefined {
  try {
    act();
    return undefined;
  } catch (thrown) {
    return thrown instanceof KubestairError ? thrown : undefined;
  }
}
