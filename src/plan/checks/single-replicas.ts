import type { PodObservation } from '../../cluster/observation.ts';
import { ownerOf } from '../disruption.ts';
import type { Check } from './check.ts';

/** Workloads of one pod are away while it moves. */
export const singleReplicas: Check = {
  id: 'single-replicas',
  about: 'Tells which workloads of a single pod are away while it moves to another node.',
  severity: 'info',
  evidence: 'The pods that drains evict, by their controllers.',
  remedy: 'Run two replicas of what must not be away.',
  find: ({ observation, evictions }) => {
    const alive = observation.pods.filter(isAlive);
    const counts = new Map([...Map.groupBy(alive, ownerOf)].map(([owner, pods]) => [owner, pods.length]));
    return evictions
      .filter(({ pod }) => pod.controller !== undefined && !pod.controller.startsWith('Job/'))
      .filter(({ pod }) => counts.get(ownerOf(pod)) === 1)
      .map(({ pod }) => ({
        severity: 'info',
        object: ownerOf(pod),
        message: `runs a single pod, on ${pod.node}: it is away while that pod moves`,
        remedy: 'Run two replicas if it must not be.',
      }));
  },
};

function isAlive({ phase, terminating }: PodObservation): boolean {
  return !terminating && phase !== 'Succeeded' && phase !== 'Failed';
}
