import fc from 'fast-check';
import { expect, test } from 'vitest';
import { componentsOf } from '../../../src/cluster/components.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import { skewProblems } from '../../../src/cluster/skew.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import type { Step } from '../../../src/plan/plan.ts';
import { advance } from '../../../src/plan/project.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import { cluster, config, controlPlane, NOW, VERSION_AT, worker } from './sample.ts';

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

function plan(observation: Observation) {
  const input = {
    config: config({ version: 'v1.37.1', via: ['v1.36.3'] }),
    versionAt: VERSION_AT,
    observation,
    tool: 'kubestair/0.1.0',
    provider: { steps: kubeadmSteps },
    now: NOW,
  };
  return buildPlan(input, planRoute(input), []);
}

test('kubeadm’s order keeps the version skew policy after every step of two hops', () => {
  fc.assert(
    fc.property(shape, ({ servers, workers }) => {
      const before = start(servers, workers);
      const made = plan(before);
      expect(made.findings.filter(({ check }) => check === 'version-skew')).toEqual([]);
      const end = made.steps.reduce((state: Observation, step: Step) => {
        const after = advance(state, step);
        expect(skewProblems(componentsOf(after))).toEqual([]);
        return after;
      }, before);
      expect(end.nodes.every(({ kubelet }) => kubelet === 'v1.37.1')).toBe(true);
    }),
  );
});

test('a run that stopped after any step is planned to its end, with no step that the whole plan had not', () => {
  fc.assert(
    fc.property(shape, ({ servers, workers, stopAt }) => {
      const before = start(servers, workers);
      const whole = plan(before);
      const stopped = whole.steps.slice(0, stopAt).reduce(advance, before);
      const rest = plan(stopped);
      expect(whole.steps.map(({ id }) => id)).toEqual(expect.arrayContaining(rest.steps.map(({ id }) => id)));
      const end = rest.steps.reduce(advance, stopped);
      expect(end.nodes.every(({ kubelet }) => kubelet === 'v1.37.1')).toBe(true);
      expect(plan(end).verdict).toBe('nothing-to-do');
    }),
  );
});
