import { describe, expect, test } from 'vitest';
import type { NodeObservation, Observation } from '../../../../src/cluster/observation.ts';
import { evictionsOf } from '../../../../src/plan/disruption.ts';
import { forecastOf } from '../../../../src/plan/forecast/forecast.ts';
import type { Step } from '../../../../src/plan/plan.ts';
import { cluster, demand, pod, scheduling, step, worker } from '../sample.ts';

const ROOM = { cpu: 1000, memory: 4e12, pods: 10_000 };
const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;

function node(name: string): NodeObservation {
  const own = scheduling({ 'kubernetes.io/hostname': name }, { allocatable: ROOM });
  return worker(name, 'v1.35.4', { scheduling: own });
}

const half = {
  controller: 'ReplicaSet/web-1',
  workload: 'Deployment/default/web',
  demand: demand({ requests: { cpu: 500 } }),
};
const observation: Observation = cluster([node('w1'), node('w2'), node('w3')], {
  pods: [pod('a', 'w1', half), pod('b', 'w2', half)],
});
const drains = (...batches: readonly string[]): readonly Step[] =>
  ['w1', 'w2'].map((name, index) => ({ ...step('drain', name, hop, 30), batch: batches[index] ?? '' }));

describe('nodes that are drained together', () => {
  test('are no place for each other’s pods', () => {
    const full = { ...observation, pods: [...observation.pods, pod('c', 'w3', half)] };
    const stranded = (steps: readonly Step[]) =>
      evictionsOf(steps, full).filter(({ nowhere }) => nowhere !== undefined).length;
    expect(stranded(drains('x', 'y'))).toBe(0);
    expect(stranded(drains('x', 'x'))).toBe(1);
  });

  test('take a workload away that has a pod on each', () => {
    const outages = (steps: readonly Step[]) =>
      forecastOf(steps, evictionsOf(steps, observation), observation, 10).workloads.map(
        ({ outage }) => outage,
      );
    expect(outages(drains('x', 'y'))).toEqual([undefined]);
    expect(outages(drains('x', 'x'))).toEqual([{ node: 'w1, w2', reason: 'together' }]);
  });

  test('take as long as one of them, where both are worked on at once', () => {
    const seconds = (steps: readonly Step[], atOnce: number) =>
      forecastOf(steps, [], observation, atOnce).expectedSeconds;
    expect(seconds(drains('x', 'x'), 2)).toBe(30);
    expect(seconds(drains('x', 'x'), 1)).toBe(60);
    expect(seconds(drains('x', 'y'), 2)).toBe(60);
  });
});
