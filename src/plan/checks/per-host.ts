import type { HostFacts } from '../../cluster/host-facts.ts';
import type { NodeObservation, Observation } from '../../cluster/observation.ts';
import type { Finding } from '../plan.ts';

/** A finding about a host; its object is the node unless it names a part of it. */
export type HostFinding = Omit<Finding, 'check' | 'object'> & { readonly object?: string };

/** Judges every host that could be looked at. */
export function perHost(
  { nodes }: Observation,
  judge: (facts: HostFacts, node: NodeObservation) => readonly HostFinding[],
): readonly Omit<Finding, 'check'>[] {
  return nodes.flatMap((node) => {
    if (!node.host.known) return [];
    const object = `Node/${node.name}`;
    return judge(node.host.value.facts, node).map((finding) => ({ object, ...finding }));
  });
}
