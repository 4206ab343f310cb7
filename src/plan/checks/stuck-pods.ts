import type { PodObservation } from '../../cluster/observation.ts';
import { nodesDrained, ownerOf } from '../disruption.ts';
import { type Check, onePerObject } from './check.ts';

/** What should have been gone for so long will not go by itself; shorter is everyday, and clocks differ. */
const STUCK_SECONDS = 300;

/** A drain waits for pods that are terminating, whoever deleted them. */
export const stuckPods: Check = {
  id: 'stuck-pods',
  about: 'No pod of a drained node has been terminating for longer than it should.',
  severity: 'warning',
  evidence: 'When pods on drained nodes should have been gone, and their finalizers.',
  remedy: 'Mend the controller that owns the finalizer, or what keeps the container from ending.',
  find: ({ steps, observation, now }) => {
    const drained = nodesDrained(steps);
    const stuck = observation.pods.filter((pod) => drained.has(pod.node) && !pod.mirror && isStuck(pod, now));
    return onePerObject(
      stuck.map((pod) => ({
        severity: 'warning',
        object: ownerOf(pod),
        message: `its pod ${pod.namespace}/${pod.name} on ${pod.node} should have been gone since ${pod.terminatingSince}: ${keptBy(pod)}; the drain waits for it`,
        remedy: `See what it waits for: kubectl -n ${pod.namespace} describe pod ${pod.name}`,
      })),
    );
  },
};

function isStuck({ terminatingSince }: PodObservation, now: Date): boolean {
  return (
    terminatingSince !== undefined && now.getTime() - Date.parse(terminatingSince) > STUCK_SECONDS * 1000
  );
}

function keptBy({ finalizers = [] }: PodObservation): string {
  return finalizers.length === 0
    ? 'its containers do not end'
    : `it has finalizers: ${finalizers.join(', ')}`;
}
