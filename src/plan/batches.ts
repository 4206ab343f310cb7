import type { NodeObservation } from '../cluster/observation.ts';
import type { RollingWorkers, WorkersConfig } from '../config/workers.ts';

/** Workers that are taken together. */
export interface Batch {
  readonly nodes: readonly NodeObservation[];
  /** Whether they are canaries, which others wait for. */
  readonly canary: boolean;
}

/**
 * The batches in which workers are taken. What a run left half done comes first, then the canaries, then all others in the order that the
 * file gives, by name where it gives none.
 * @param due workers that have something to do
 * @param all every worker of the cluster: percentages are of these, so that they stay the same as the rollout proceeds
 */
export function batchesOf(
  due: readonly NodeObservation[],
  all: readonly NodeObservation[],
  workers: WorkersConfig,
): readonly Batch[] {
  switch (workers.strategy) {
    case 'all-at-once':
      return due.length === 0 ? [] : [{ nodes: due.toSorted(byName), canary: false }];
    // What needs no other host, such as taking back a cordon, and maintenance.
    case 'replace':
      return chunks(due.toSorted(byName), 1).map((nodes) => ({ nodes, canary: false }));
    case 'rolling': {
      const size = batchSize(all, workers);
      const [canaries, others] = split(due, (node) => isCanary(node, workers));
      return [
        ...chunks(inOrder(canaries, workers), size).map((nodes) => ({ nodes, canary: true })),
        ...chunks(inOrder(others, workers), size).map((nodes) => ({ nodes, canary: false })),
      ];
    }
  }
}

/** Whether a worker is one of those that go before all others. */
export function isCanary({ scheduling }: NodeObservation, workers: WorkersConfig): boolean {
  if (workers.strategy !== 'rolling' || workers.canary === undefined) return false;
  return selectsNode(workers.canary.selector, scheduling.labels);
}

/**
 * How many workers may be away together. A percentage is rounded down, but never to none, as that of a Deployment without surge
 * (k8s.io/kubectl/pkg/util/deployment, ResolveFenceposts). Workers that somebody else keeps cordoned are away already.
 */
export function batchSize(all: readonly NodeObservation[], { maxUnavailable }: RollingWorkers): number {
  const allowed =
    typeof maxUnavailable === 'number'
      ? maxUnavailable
      : Math.floor((all.length * Number(maxUnavailable.slice(0, -1))) / 100);
  const away = all.filter(({ unschedulable, cordonedBy }) => unschedulable && cordonedBy === undefined);
  return Math.max(1, allowed - away.length);
}

/** Whether labels match a selector as kubectl's -l takes it: `a=b`, `a==b`, `a!=b`, `a`, `!a`, all of those that commas part. */
export function selectsNode(selector: string, labels: Readonly<Record<string, string>>): boolean {
  if (selector === '*') return true;
  return selector.split(',').every((term) => {
    const [, not, key = '', operator, value] = /^(!?)([^=!]+)(?:(==?|!=)(.*))?$/.exec(term.trim()) ?? [];
    if (operator === undefined) return (labels[key] !== undefined) !== (not === '!');
    return (labels[key] === value) === (operator !== '!=');
  });
}

function inOrder(nodes: readonly NodeObservation[], { order }: RollingWorkers): readonly NodeObservation[] {
  const rest = order.indexOf('*') < 0 ? order.length : order.indexOf('*');
  const rankOf = ({ scheduling }: NodeObservation): number => {
    const rank = order.findIndex((selector) => selector !== '*' && selectsNode(selector, scheduling.labels));
    return rank < 0 ? rest : rank;
  };
  const begun = ({ cordonedBy }: NodeObservation): number => (cordonedBy === undefined ? 1 : 0);
  return nodes.toSorted((a, b) => begun(a) - begun(b) || rankOf(a) - rankOf(b) || byName(a, b));
}

function split<T>(values: readonly T[], first: (value: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [values.filter(first), values.filter((value) => !first(value))];
}

function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

function byName(a: NodeObservation, b: NodeObservation): number {
  return a.name < b.name ? -1 : 1;
}
