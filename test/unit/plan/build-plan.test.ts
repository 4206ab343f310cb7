import { describe, expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import type { MinorText } from '../../../src/cluster/version.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Finding, Hop } from '../../../src/plan/plan.ts';
import type { Offered } from '../../../src/plan/targets.ts';
import {
  budget,
  cluster,
  config,
  controlPlane,
  NOW,
  plainProvider,
  pod,
  VERSION_AT,
  worker,
} from './sample.ts';

const observation = cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')]);

function input(
  over: { readonly observation?: Observation; readonly config?: ReturnType<typeof config> } = {},
) {
  return {
    config: config(),
    versionAt: VERSION_AT,
    observation,
    tool: 'kubestair/0.1.0',
    provider: plainProvider,
    now: NOW,
    ...over,
  };
}

function build(over: Parameters<typeof input>[0] = {}, preflight: readonly Finding[] = []) {
  return buildPlan(input(over), planRoute(input(over)), preflight);
}

describe('a plan', () => {
  test('of one hop takes a backup first', () => {
    const plan = build();
    expect(plan).toMatchObject({
      format: 'kubestair.dev/plan/v1',
      cluster: 'prod',
      clusterUid: observation.clusterUid,
      current: 'v1.35.4',
      target: 'v1.36.3',
      verdict: 'ready',
      hops: [{ from: 'v1.35.4', to: 'v1.36.3' }],
    });
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'v1.36.3/backup',
      'v1.36.3/cp1/control-plane',
      'v1.36.3/cp1/drain',
      'v1.36.3/cp1/kubelet',
      'v1.36.3/cp1/uncordon',
      'v1.36.3/w1/drain',
      'v1.36.3/w1/kubelet',
      'v1.36.3/w1/uncordon',
    ]);
  });

  test.each([
    [undefined, 'its checksums, a cross-proof, a drill with v1.35.4 and a rehearsal with v1.36.3'],
    ['drill', 'its checksums, a cross-proof and a drill with v1.35.4'],
    ['cross-proof', 'its checksums and a cross-proof'],
  ] as const)('says how its backup is proven, with prove: %s', (prove, proofs) => {
    const backup = { ...config().backup, ...(prove !== undefined && { prove }) };
    const [step] = build({ config: config({ backup }) }).steps;
    expect(step?.does).toBe(
      `Back up every resource, etcd and the control-plane hosts; prove it by ${proofs}`,
    );
  });

  test('of two hops makes the second against what the first leaves, with a backup of its own', () => {
    const { steps, hops } = build({ config: config({ version: 'v1.37.1', via: ['v1.36.3'] }) });
    expect(hops).toHaveLength(2);
    expect(steps).toHaveLength(16);
    expect(steps[8]?.id).toBe('v1.37.1/backup');
    expect(new Set(steps.map(({ id }) => id)).size).toBe(16);
  });

  test('of two hops asks the provider with what the first leaves', () => {
    const seen: (readonly [string, string])[] = [];
    const provider = {
      ...plainProvider,
      steps(hop: Hop, state: Observation) {
        seen.push([hop.to, state.nodes.map(({ kubelet }) => kubelet).join()]);
        return plainProvider.steps(hop, state);
      },
    };
    planRoute({ ...input({ config: config({ version: 'v1.37.1', via: ['v1.36.3'] }) }), provider });
    expect(seen).toEqual([
      ['v1.36.3', 'v1.35.4,v1.35.4'],
      ['v1.37.1', 'v1.36.3,v1.36.3'],
    ]);
  });

  test('of a cluster left half way holds the remaining steps, under the same ids', () => {
    const whole = build().steps.map(({ id }) => id);
    const half = cluster([controlPlane('cp1', 'v1.36.3', { kubelet: 'v1.35.4' }), worker('w1', 'v1.35.4')]);
    const rest = build({ observation: half }).steps.map(({ id }) => id);
    expect(rest).toEqual(whole.filter((id) => id !== 'v1.36.3/cp1/control-plane'));
  });

  test('of a finished cluster has nothing to do, and judges nothing', () => {
    const done = cluster([
      controlPlane('cp1', 'v1.36.3'),
      worker('w1', 'v1.36.3', { ready: false, problems: ['Ready=False'] }),
    ]);
    expect(build({ observation: done })).toMatchObject({
      verdict: 'nothing-to-do',
      current: 'v1.36.3',
      hops: [],
      steps: [],
      findings: [],
      forecast: { expectedSeconds: 0, evictions: [] },
    });
  });

  test('has nothing to do where only a kube-proxy that is not kubeadm’s lags', () => {
    const own = cluster([
      controlPlane('cp1', 'v1.36.3'),
      worker('w1', 'v1.36.3', { kubeProxy: known('v1.35.4') }),
    ]);
    expect(build({ observation: own })).toMatchObject({
      verdict: 'nothing-to-do',
      hops: [],
      current: 'v1.36.3',
    });
  });

  test.each(['blocking', 'unknown'] as const)(
    'is blocked by a finding that is %s, told first',
    (severity) => {
      const plan = build({}, [
        { check: 'repository', severity, object: 'Node/w1', message: 'm', remedy: 'r' },
      ]);
      expect(plan.verdict).toBe('blocked');
      expect(plan.findings[0]).toMatchObject({ check: 'repository' });
    },
  );

  test.each(['warning', 'info'] as const)('is ready with a finding that is %s', (severity) => {
    expect(
      build({}, [{ check: 'repository', severity, object: 'o', message: 'm', remedy: 'r' }]).verdict,
    ).toBe('ready');
  });

  test('forecasts who is disrupted, by node, and how long it takes', () => {
    const pods = [
      pod('web-1', 'w1', { controller: 'ReplicaSet/web', labels: { app: 'web' } }),
      pod('dns-1', 'cp1', { controller: 'ReplicaSet/dns' }),
      pod('agent', 'w1', { controller: 'DaemonSet/agent' }),
    ];
    const budgets = [budget('web', { selector: { matchLabels: { app: 'web' } } })];
    const { forecast, steps } = build({ observation: { ...observation, pods, budgets } });
    expect(forecast.evictions).toEqual([
      { node: 'cp1', pod: 'default/dns-1', controller: 'ReplicaSet/dns', budgets: [] },
      { node: 'w1', pod: 'default/web-1', controller: 'ReplicaSet/web', budgets: ['web'] },
    ]);
    expect(forecast.expectedSeconds).toBe(
      steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0),
    );
    expect(forecast.expectedSeconds).toBeGreaterThan(60);
  });

  test('is the same for the same cluster', () => {
    expect(build()).toEqual(build());
    expect(build().hash).not.toBe(build({ config: config({ version: 'v1.36.4' }) }).hash);
  });
});

describe('makePlan', () => {
  const asked: (readonly Hop[])[] = [];
  const provider = {
    ...plainProvider,
    async targets(minors: readonly MinorText[]): Promise<Offered> {
      return new Map(minors.map((minor) => [minor, known([`v${minor}.0`, `v${minor}.3`] as const)]));
    },
    async preflight(hops: readonly Hop[]): Promise<readonly Finding[]> {
      asked.push(hops);
      return [
        {
          check: 'repository',
          severity: 'blocking',
          object: 'Node/w1',
          message: 'has no 1.36.3',
          remedy: 'r',
        },
      ];
    },
  };

  test('asks the provider what only it can see', async () => {
    const plan = await makePlan({ ...input(), provider });
    expect(asked).toEqual([[{ from: 'v1.35.4', to: 'v1.36.3' }]]);
    expect(plan.verdict).toBe('blocked');
  });

  test('passes the minors that the file leaves out at their newest release', async () => {
    const plan = await makePlan({ ...input({ config: config({ version: '1.38' }) }), provider });
    expect(plan.target).toBe('v1.38.3');
    expect(plan.hops.map(({ to }) => to)).toEqual(['v1.36.3', 'v1.37.3', 'v1.38.3']);
  });

  test('asks nothing where there is nothing to do', async () => {
    asked.length = 0;
    const done = cluster([controlPlane('cp1', 'v1.36.3')]);
    expect(await makePlan({ ...input({ observation: done }), provider })).toMatchObject({
      verdict: 'nothing-to-do',
    });
    expect(asked).toEqual([]);
  });
});
