import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../../src/cluster/observation.ts';
import type { RehearsalAnswer } from '../../../../src/cluster/rehearsal.ts';
import { runChecks } from '../../../../src/plan/checks/registry.ts';
import { evictionsOf } from '../../../../src/plan/disruption.ts';
import { forecastOf } from '../../../../src/plan/forecast/forecast.ts';
import type { Step } from '../../../../src/plan/plan.ts';
import {
  budget,
  cluster,
  config,
  controlPlane,
  demand,
  plainProvider,
  pod,
  scheduling,
  worker,
} from '../sample.ts';

const HOP = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const NOW = new Date('2026-11-21T12:00:00Z');
const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')];
const WEB = { controller: 'ReplicaSet/web-7d4', workload: 'Deployment/default/web', labels: { app: 'web' } };

function findings(check: string, over: Partial<Observation>, own = config()) {
  const observation = cluster(nodes, over);
  const steps = plainProvider.steps(HOP, observation);
  const evictions = evictionsOf(steps, observation);
  const input = { config: own, observation, hops: [HOP], steps, evictions, now: NOW };
  return runChecks(input).filter((finding) => finding.check === check);
}

function found(check: string, over: Partial<Observation>, own = config()): readonly string[] {
  return findings(check, over, own).map(({ severity, object }) => `${severity} ${object}`);
}

describe('disruption-budgets', () => {
  const of = (over: Parameters<typeof budget>[1], pods = [pod('web-1', 'w1', WEB)]) => ({
    pods,
    budgets: [budget('web', { selector: { matchLabels: { app: 'web' } }, ...over })],
  });

  test('one that can never let go blocks, with its rule and the workload', () => {
    const never = of({
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
      rule: 'maxUnavailable: 0',
    });
    expect(found('disruption-budgets', never)).toEqual(['blocking PodDisruptionBudget/default/web']);
    expect(findings('disruption-budgets', never)[0]?.message).toBe(
      'can never allow an eviction: by maxUnavailable: 0 it wants 1 healthy of 1 pods of Deployment/default/web',
    );
  });

  test('one that is short of healthy pods warns, since not even the broken ones may go', () => {
    const short = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2, expectedPods: 3 };
    const [kept] = findings('disruption-budgets', of(short, [pod('web-1', 'w1', { ...WEB, ready: false })]));
    expect(kept).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('1 to evict are not ready'),
    });
    expect(kept?.remedy).toContain('AlwaysAllow');
    const [lenient] = findings('disruption-budgets', of({ ...short, evictsUnhealthy: true }));
    expect(lenient?.remedy).not.toContain('AlwaysAllow');
  });

  test('one that has used up its room for the moment is only told', () => {
    const used = of({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 });
    expect(found('disruption-budgets', used)).toEqual(['info PodDisruptionBudget/default/web']);
  });

  test('one that the controller does not understand is unknown', () => {
    expect(found('disruption-budgets', of({ disruptionsAllowed: 0, expectedPods: 0 }))).toEqual([
      'unknown PodDisruptionBudget/default/web',
    ]);
    expect(findings('disruption-budgets', of({ syncProblem: 'no scale of Thing/x' }))[0]?.message).toContain(
      'no scale',
    );
  });

  test('one that lets fewer go than fit nowhere else blocks the drain for good', () => {
    const stuck = { ...WEB, demand: demand({ nodeSelector: { 'kubernetes.io/hostname': 'w1' } }) };
    const pods = [pod('web-1', 'w1', stuck), pod('web-2', 'w1', stuck), pod('web-3', 'w2', WEB)];
    expect(found('disruption-budgets', of({}, pods))).toEqual(['blocking PodDisruptionBudget/default/web']);
    expect(found('disruption-budgets', of({}, pods.slice(1)))).toEqual([]);
    expect(found('disruption-budgets', of({ disruptionsAllowed: 2 }, pods))).toEqual([]);
  });

  test('one of no pod that is evicted is nobody', () => {
    expect(found('disruption-budgets', of({ disruptionsAllowed: 0 }, []))).toEqual([]);
  });
});

describe('overlapping-budgets', () => {
  const budgets = [budget('a', { selector: {} }), budget('b', { selector: { matchLabels: { app: 'web' } } })];

  test('blocks once for a workload and names both', () => {
    const pods = [pod('web-1', 'w1', WEB), pod('web-2', 'w2', WEB)];
    expect(found('overlapping-budgets', { pods, budgets })).toEqual(['blocking Deployment/default/web']);
    expect(findings('overlapping-budgets', { pods, budgets })[0]?.message).toContain(
      'PodDisruptionBudget/default/a, PodDisruptionBudget/default/b',
    );
  });

  test('does not matter to a pod that never started, nor in another namespace', () => {
    expect(
      found('overlapping-budgets', { pods: [pod('web-1', 'w1', { ...WEB, phase: 'Pending' })], budgets }),
    ).toEqual([]);
    expect(
      found('overlapping-budgets', { pods: [pod('web-1', 'w1', { ...WEB, namespace: 'other' })], budgets }),
    ).toEqual([]);
  });
});

describe('evictions-allowed', () => {
  const answered = (...answers: readonly RehearsalAnswer['answer'][]) => ({
    rehearsal: {
      answers: answers.map((answer, index) => ({
        workload: `Deployment/default/web-${index}`,
        namespace: 'default',
        pod: `web-${index}-x`,
        alike: 2,
        answer,
      })),
      covered: 2 * answers.length,
      left: 0,
    },
  });
  const reason = 'because';

  test('leaves budgets to their own checks', () => {
    const fine = answered({ kind: 'allowed' }, { kind: 'budget', reason }, { kind: 'overlap', reason });
    expect(found('evictions-allowed', fine)).toEqual([]);
  });

  test('names who denies', () => {
    const denied = answered(
      { kind: 'denied', by: 'guard.example.com', reason },
      { kind: 'webhook-down', by: 'w', reason },
    );
    expect(found('evictions-allowed', denied)).toEqual([
      'blocking Deployment/default/web-0',
      'blocking Deployment/default/web-1',
    ]);
    expect(findings('evictions-allowed', denied)[0]?.message).toContain('guard.example.com: because');
  });

  test('does not take for well what nobody could say, and says it once', () => {
    const silent = answered(
      { kind: 'forbidden', reason },
      { kind: 'forbidden', reason },
      { kind: 'no-dry-run', by: 'w', reason },
      { kind: 'other', reason },
      { kind: 'busy', reason },
    );
    expect(found('evictions-allowed', silent)).toEqual([
      'unknown pods/eviction',
      'unknown webhook w',
      'unknown Deployment/default/web-3',
      'unknown Deployment/default/web-4',
    ]);
  });

  test('says how many nobody asked about', () => {
    const { rehearsal } = answered({ kind: 'allowed' });
    expect(findings('evictions-allowed', { rehearsal: { ...rehearsal, left: 40 } })[0]).toMatchObject({
      severity: 'info',
      message: expect.stringContaining('the other 40'),
    });
  });

  test('a namespace that is going away is told', () => {
    expect(found('evictions-allowed', answered({ kind: 'leaving-namespace', reason }))).toEqual([
      'info Namespace/default',
    ]);
  });
});

describe('stranded-pods', () => {
  test('warns once for a workload, with nodes and reasons', () => {
    const only = (name: string) => ({
      ...WEB,
      demand: demand({ nodeSelector: { 'kubernetes.io/hostname': name } }),
    });
    const pods = [
      pod('web-1', 'w1', only('w1')),
      pod('web-2', 'w2', only('w2')),
      pod('other', 'w1', { controller: 'ReplicaSet/o-1' }),
    ];
    expect(found('stranded-pods', { pods })).toEqual(['warning Deployment/default/web']);
    expect(findings('stranded-pods', { pods })[0]?.message).toBe(
      '2 of its pods on w1, w2 would find no other node and wait for that one to come back: not chosen by its node selector or affinity (2 nodes)',
    );
  });

  test('says it once where there is one node', () => {
    const pods = [
      pod('a', 'cp1', { controller: 'ReplicaSet/a-1' }),
      pod('b', 'cp1', { controller: 'ReplicaSet/b-1' }),
    ];
    expect(found('stranded-pods', { nodes: nodes.slice(0, 1), pods })).toEqual(['info Node/cp1']);
  });

  test('a pod that nobody makes again needs no place', () => {
    const full = nodes.map((node) => ({ ...node, scheduling: scheduling({}, { allocatable: { pods: 0 } }) }));
    expect(found('stranded-pods', { nodes: full, pods: [pod('bare', 'w1')] })).toEqual([]);
  });
});

describe('workloads that are away', () => {
  const one = (over = {}) => pod('web-1', 'w1', { ...WEB, startSeconds: 12, ...over });

  test('a single replica, for as long as its pod took to start', () => {
    expect(found('single-replicas', { pods: [one()] })).toEqual(['info Deployment/default/web']);
    expect(findings('single-replicas', { pods: [one()] })[0]?.message).toBe(
      'runs a single pod, on w1: it is away for about 12 s',
    );
  });

  test('one of a StatefulSet for its grace period more, a stranded one for as long as its node', () => {
    const set = { controller: 'StatefulSet/db', workload: 'StatefulSet/default/db' };
    expect(findings('single-replicas', { pods: [one(set)] })[0]?.message).toContain('for about 42 s');
    const stuck = { demand: demand({ nodeSelector: { 'kubernetes.io/hostname': 'w1' } }) };
    expect(findings('single-replicas', { pods: [one(stuck)] })[0]?.message).toContain('for about 30 s');
  });

  test('all replicas on one node, unless a budget keeps one', () => {
    const pods = [one(), pod('web-2', 'w1', WEB)];
    expect(found('single-replicas', { pods })).toEqual([]);
    expect(found('one-node-workloads', { pods })).toEqual(['info Deployment/default/web']);
    expect(found('one-node-workloads', { pods, budgets: [budget('web', { desiredHealthy: 1 })] })).toEqual(
      [],
    );
    expect(found('one-node-workloads', { pods: [...pods, pod('web-3', 'w2', WEB)] })).toEqual([]);
  });

  test('neither jobs nor pods of their own', () => {
    const job = { controller: 'Job/sum-1', workload: 'CronJob/default/sum' };
    expect(found('single-replicas', { pods: [pod('sum-1-x', 'w1', job), pod('bare', 'w1')] })).toEqual([]);
  });
});

describe('what is left behind or lost', () => {
  test('emptyDir volumes block, or are told where the file gives them up', () => {
    const pods = [pod('web-1', 'w1', { ...WEB, emptyDirs: ['cache'] })];
    const lossy = config({ drain: { ...config().drain, deleteEmptyDir: true } });
    expect(found('empty-dirs', { pods })).toEqual(['blocking Deployment/default/web']);
    expect(found('empty-dirs', { pods }, lossy)).toEqual(['info Deployment/default/web']);
  });

  test('hostPath volumes are told', () => {
    const pods = [pod('web-1', 'w1', { ...WEB, demand: demand({ hostPaths: ['logs'] }) })];
    expect(found('host-paths', { pods })).toEqual(['info Deployment/default/web']);
  });
});

describe('stuck-pods', () => {
  const leaving = (terminatingSince: string, finalizers: readonly string[] = []) => ({
    pods: [pod('web-1', 'w1', { ...WEB, terminating: true, terminatingSince, finalizers })],
  });

  test('warns of what should have been gone long since, with its finalizers', () => {
    const stuck = leaving('2026-11-21T11:00:00Z', ['example.com/never']);
    expect(found('stuck-pods', stuck)).toEqual(['warning Deployment/default/web']);
    expect(findings('stuck-pods', stuck)[0]?.message).toContain('example.com/never');
  });

  test('not of what is on its way', () => {
    expect(found('stuck-pods', leaving('2026-11-21T11:59:00Z'))).toEqual([]);
  });
});

describe('slow-nodes', () => {
  const tolerating = (tolerationSeconds?: number) => ({
    ...WEB,
    demand: demand({
      tolerations: ['not-ready', 'unreachable'].map((name) => ({
        key: `node.kubernetes.io/${name}`,
        operator: 'Exists',
        effect: 'NoExecute',
        ...(tolerationSeconds !== undefined && { tolerationSeconds }),
      })),
    }),
  });
  const of = (...pods: readonly Parameters<typeof pod>[2][]) => ({
    pods: pods.map((over, index) => pod(`p-${index}`, 'w1', over)),
  });

  test('tells which pods leave before the longest absence is over', () => {
    expect(found('slow-nodes', of(tolerating(5)))).toEqual(['info Deployment/default/web']);
    expect(findings('slow-nodes', of(tolerating(5)))[0]?.message).toContain('after 5 s');
  });

  test('not of those with the usual patience, or with endless', () => {
    expect(found('slow-nodes', of(tolerating(300), tolerating()))).toEqual([]);
  });

  test('and of those with none at all', () => {
    expect(findings('slow-nodes', of(WEB))[0]?.message).toContain('after 0 s');
  });
});

describe('own-pod', () => {
  const runner = pod('runner', 'w1', { own: true });

  test('blocks where Kubestair would have to evict itself, whatever the file allows', () => {
    const all = config({ drain: { ...config().drain, force: true, deleteEmptyDir: true } });
    expect(found('own-pod', { pods: [runner] }, all)).toEqual(['blocking Node/w1']);
    expect(found('unmanaged-pods', { pods: [runner] })).toEqual([]);
  });
});

describe('the forecast of workloads', () => {
  test('says who is away first, and the longest absence of a node', () => {
    const pods = [
      pod('a-1', 'w1', { controller: 'ReplicaSet/a-1', labels: { app: 'a' } }),
      pod('a-2', 'w2', { controller: 'ReplicaSet/a-1', labels: { app: 'a' } }),
      pod('b-1', 'w2', { controller: 'StatefulSet/b' }),
    ];
    const observation = cluster(nodes, {
      pods,
      budgets: [budget('a', { selector: { matchLabels: { app: 'a' } } })],
    });
    const steps: readonly Step[] = plainProvider
      .steps(HOP, observation)
      .map((step) =>
        step.node === 'w2' && step.kind === 'kubelet' ? { ...step, expectedSeconds: 100 } : step,
      );
    const forecast = forecastOf(steps, evictionsOf(steps, observation), observation, 10);
    expect(forecast.workloads).toEqual([
      {
        workload: 'StatefulSet/default/b',
        pods: 1,
        evicted: 1,
        budgets: [],
        stranded: 0,
        outage: { node: 'w2', reason: 'single' },
      },
      { workload: 'ReplicaSet/default/a-1', pods: 2, evicted: 2, budgets: ['a'], stranded: 0 },
    ]);
    expect(forecast.longestAbsence).toEqual({ node: 'w2', seconds: 120 });
    expect(forecast.evictions).toHaveLength(3);
  });
});
