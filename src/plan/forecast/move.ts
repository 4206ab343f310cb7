import type { PodObservation } from '../../cluster/observation.ts';
import type { PodTerm } from '../../cluster/scheduling.ts';
import { selects } from '../../cluster/selector.ts';
import type { Board } from './board.ts';
import type { DomainShift } from './domains.ts';

/** The pods that drains take from the nodes of one batch, and the nodes that have taken some of them so far. */
export interface Move {
  /** Nodes that are out of use. */
  readonly from: ReadonlySet<number>;
  readonly evicted: readonly PodObservation[];
  readonly placed: ReadonlyMap<number, readonly PodObservation[]>;
}

/** Which pods a count is about. */
export type Counted = (pod: PodObservation) => boolean;

/** How a move changes the counts of some pods in the domains of a topology. */
export function shiftOf(
  { evicted, placed }: Move,
  { nodes, numbers }: Board,
  topologyKey: string,
  counted: Counted,
): DomainShift {
  const shift = new Map<string, number>();
  const change = (node: number, by: number): void => {
    const domain = nodes[node]?.scheduling.labels[topologyKey];
    if (domain !== undefined && by !== 0) shift.set(domain, (shift.get(domain) ?? 0) + by);
  };
  for (const pod of evicted.filter(counted)) change(numbers.get(pod.node) ?? -1, -1);
  for (const [node, pods] of placed) change(node, pods.filter(counted).length);
  return shift;
}

/** Whether a term of affinity or anti-affinity means a pod. */
export function meansPod(
  { namespaces, selector }: Pick<PodTerm, 'namespaces' | 'selector'>,
  pod: PodObservation,
): boolean {
  return (namespaces === undefined || namespaces.includes(pod.namespace)) && selects(selector, pod.labels);
}
