import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { componentsOf } from '../../../src/cluster/components.ts';
import { known } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import { skewProblems } from '../../../src/cluster/skew.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import type { Plan, Step } from '../../../src/plan/plan.ts';
import { advance, statesDuring } from '../../../src/plan/project.ts';
import { workersMustPass } from '../../../src/providers/kubeadm/due.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import { cluster, config, controlPlane, member, NOW, VERSION_AT, worker } from './sample.ts';

const shape = fc.record({
  servers: fc.integer({ min: 1, max: 3 }),
  workers: fc.nat({ max: 3 }),
  stopAt: fc.nat({ max: 60 }),
});

function start(servers: number, workers: number): Observation {
  return cluster([
    ...Array.from({ length: servers }, (_, i) => controlPlane(`cp${i}`, 'v1.35.4')),
    ...Array.from({ length: workers }, (_, i) => worker(`w${i}`, 'v1.35.4')),
  ]);
}

function plan(observation: Observation, perHop = true) {
  const { workers } = config();
  const input = {
    config: config({ version: 'v1.37.1', via: ['v1.36.3'], workers: { ...workers, perHop } }),
    versionAt: VERSION_AT,
    observation,
    tool: 'kubestair/0.1.0',
    provider: { steps: kubeadmSteps, workersMustPass },
    now: NOW,
  };
  return buildPlan(input, planRoute(input), []);
}

/** kubectl on the hosts may lag for a time, which is only told. */
function blockingProblems(state: Observation) {
  return skewProblems(componentsOf(state)).filter(({ rule }) => rule !== 'kubectl-near');
}

function skewFindings({ findings }: Plan) {
  return findings.filter(({ check, severity }) => check === 'version-skew' && severity !== 'info');
}

test('kubeadm’s order keeps the version skew policy after every step of two hops', () => {
  fc.assert(
    fc.property(shape, fc.boolean(), ({ servers, workers }, perHop) => {
      const before = start(servers, workers);
      const made = plan(before, perHop);
      expect(skewFindings(made)).toEqual([]);
      const end = made.steps.reduce((state: Observation, step: Step) => {
        const passed = statesDuring(state, step);
        for (const each of passed) expect(blockingProblems(each)).toEqual([]);
        return passed.at(-1) ?? state;
      }, before);
      expect(end.nodes.every(({ kubelet }) => kubelet === 'v1.37.1')).toBe(true);
    }),
  );
});

test('a run that stopped after any step is planned to its end, with no step that the whole plan had not', () => {
  fc.assert(
    fc.property(shape, fc.boolean(), ({ servers, workers, stopAt }, perHop) => {
      const before = start(servers, workers);
      const whole = plan(before, perHop);
      const stopped = whole.steps.slice(0, stopAt).reduce(advance, before);
      const rest = plan(stopped, perHop);
      expect(whole.steps.map(({ id }) => id)).toEqual(expect.arrayContaining(rest.steps.map(({ id }) => id)));
      const end = rest.steps.reduce(advance, stopped);
      expect(end.nodes.every(({ kubelet }) => kubelet === 'v1.37.1')).toBe(true);
      expect(plan(end, perHop).verdict).toBe('nothing-to-do');
    }),
  );
});

describe('workers that may lag', () => {
  const observation = cluster([
    controlPlane('cp1', 'v1.33.4'),
    worker('w1', 'v1.33.4'),
    worker('w2', 'v1.33.4'),
  ]);
  const { workers } = config();

  function hopsOfWorkers(from: Observation, perHop: boolean) {
    const input = {
      config: config({
        version: 'v1.38.1',
        via: ['v1.34.1', 'v1.35.4', 'v1.36.3', 'v1.37.1'],
        workers: { ...workers, perHop },
      }),
      versionAt: VERSION_AT,
      observation: from,
      tool: 'kubestair/0.1.0',
      provider: { steps: kubeadmSteps, workersMustPass },
      now: NOW,
    };
    const made = buildPlan(input, planRoute(input), []);
    const hops = made.steps.filter(({ id }) => id.endsWith('/w1/kubelet')).map(({ hop }) => hop.to);
    return { hops, drains: made.drains, findings: skewFindings(made), all: made };
  }

  test('are taken with every hop by default', () => {
    expect(hopsOfWorkers(observation, true)).toMatchObject({
      hops: ['v1.34.1', 'v1.35.4', 'v1.36.3', 'v1.37.1', 'v1.38.1'],
      drains: { planned: 15, saved: 0 },
      findings: [],
    });
  });

  // 1.35 is the one whose kubeadm takes a flag out that its kubelet does not know any more.
  test('are taken as late as the skew policy and kubeadm’s own migrations allow', () => {
    expect(hopsOfWorkers(observation, false)).toMatchObject({
      hops: ['v1.35.4', 'v1.38.1'],
      drains: { planned: 9, saved: 6 },
      findings: [],
    });
  });

  test('and that lag already are taken before they are too old', () => {
    const lagging = cluster([
      controlPlane('cp1', 'v1.37.1'),
      worker('w1', 'v1.34.4', { kubeProxy: known('v1.37.1') }),
      worker('w2', 'v1.37.1'),
    ]);
    const { hops, findings } = hopsOfWorkers(lagging, false);
    expect(findings).toEqual([]);
    expect(hops).toEqual(['v1.37.1', 'v1.38.1']);
  });

  test('a kubectl that is left behind is told, and blocks nothing', () => {
    const { all } = hopsOfWorkers(observation, false);
    expect(all.findings).toContainEqual(
      expect.objectContaining({
        severity: 'info',
        object: 'kubectl on w1',
        message: expect.stringContaining('version-skew-policy/#kubectl'),
      }),
    );
  });
});

describe('the leader of etcd', () => {
  const names = ['cp0', 'cp1', 'cp2'];
  const led = (leader: string): Observation => ({
    ...start(3, 1),
    etcd: known({
      topology: 'stacked',
      members: names.map((name) => member(name, { leader: name === leader })),
      alarms: [],
    }),
  });
  const order = (observation: Observation) =>
    plan(observation)
      .steps.filter(({ kind, hop }) => kind === 'control-plane' && hop.to === 'v1.36.3')
      .map(({ node }) => node);

  test.each(names)('%s goes last of the control planes', (leader) => {
    expect(order(led(leader))).toEqual([...names.filter((name) => name !== leader), leader]);
  });

  test('may change without another approval, since it changes by itself', () => {
    const hashes = names.map((leader) => plan(led(leader)).hash);
    expect(new Set(hashes).size).toBe(1);
  });

  test('of a control plane that was begun goes first all the same', () => {
    const begun = led('cp0');
    const nodes = begun.nodes.map((node) =>
      node.name === 'cp0' ? { ...node, components: controlPlane('cp0', 'v1.36.3').components } : node,
    );
    expect(order({ ...begun, nodes })).toEqual(names);
  });
});
