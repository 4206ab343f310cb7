import { type Eviction, ownerOf } from '../disruption.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

/** Pods that fit on no other node are away for as long as their node is. */
export const strandedPods: Check = {
  id: 'stranded-pods',
  about: 'The pods of a drained node fit on other nodes, one drain at a time, as things are now.',
  severity: 'warning',
  evidence:
    'Requests against what the other nodes have free, taints, node selectors and affinity, pod affinity and anti-affinity, topology spread, host ports, and the node affinity of bound volumes. Devices by ResourceClaim are not judged.',
  remedy: 'Make room or loosen what binds the pods, or live with their absence while the node is upgraded.',
  find: ({ evictions, observation }) => {
    const stranded = evictions.filter(({ nowhere }) => nowhere !== undefined);
    if (observation.nodes.length === 1 && stranded.length > 0) return [oneNode(stranded)];
    return [...Map.groupBy(stranded, ({ pod }) => ownerOf(pod))].map(([owner, own]) => toFinding(owner, own));
  },
};

function toFinding(object: string, evictions: readonly Eviction[]): Omit<Finding, 'check'> {
  const nodes = [...new Set(evictions.map(({ pod }) => pod.node))];
  const where = nodes.length > 3 ? `${nodes.length} nodes` : nodes.join(', ');
  const pods = evictions.length === 1 ? 'its pod' : `${evictions.length} of its pods`;
  return {
    severity: 'warning',
    object,
    message: `${pods} on ${where} would find no other node and wait for that one to come back: ${evictions[0]?.nowhere}`,
    remedy: 'Make room or loosen what binds it, or expect it to be short of these pods meanwhile.',
  };
}

/** Whoever runs one node knows. */
function oneNode(evictions: readonly Eviction[]): Omit<Finding, 'check'> {
  return {
    severity: 'info',
    object: `Node/${evictions[0]?.pod.node}`,
    message: `is the only node: ${evictions.length} pods are away while it is upgraded`,
    remedy: 'Nothing to do, or add a node that takes them.',
  };
}
