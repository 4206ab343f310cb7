import { outagesOf } from '../forecast/forecast.ts';
import type { Check } from './check.ts';

/** A workload of one pod is away while that pod moves. */
export const singleReplicas: Check = {
  id: 'single-replicas',
  about: 'Tells which workloads of a single pod are away while it moves to another node.',
  severity: 'info',
  evidence: 'Pods by workload, the replicas that it wants, and how long the pod took to start.',
  remedy: 'Run two replicas of what must not be away.',
  find: ({ steps, observation, evictions }) =>
    outagesOf(steps, evictions, observation, 'single').map(({ workload, node, away }) => ({
      severity: 'info',
      object: workload,
      message: `runs a single pod, on ${node}: it is away ${away}`,
      remedy: 'Run two replicas if it must not be.',
    })),
};

/** Pods of one workload on one node all go at once, unless a budget keeps some. */
export const oneNodeWorkloads: Check = {
  id: 'one-node-workloads',
  about: 'Tells which workloads have all of their pods on one node and no budget that keeps one of them.',
  severity: 'info',
  evidence: 'Pods by workload and node, and PodDisruptionBudgets.',
  remedy: 'Spread such pods over nodes, or guard them by a PodDisruptionBudget.',
  find: ({ steps, observation, evictions }) =>
    outagesOf(steps, evictions, observation, 'together').map(({ workload, pods, node, away }) => ({
      severity: 'info',
      object: workload,
      message: `runs all of its ${pods} pods on ${node}, and no budget keeps one: it is away ${away}`,
      remedy: 'Spread its pods over nodes, or give it a PodDisruptionBudget, if it must not be.',
    })),
};
