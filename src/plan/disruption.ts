import type { BudgetObservation, Observation, PodObservation } from '../cluster/observation.ts';
import { selects } from '../cluster/selector.ts';
import { isFinished, verdictOf } from '../rollout/drain/filters.ts';
import { openBoard } from './forecast/board.ts';
import { openPlacer } from './forecast/place.ts';
import type { Step } from './plan.ts';
import { unitsOf } from './units.ts';

/** A pod that a drain of the plan evicts, with the budgets that guard it. */
export interface GuardedEviction {
  readonly pod: PodObservation;
  readonly budgets: readonly BudgetObservation[];
}

/** With what becomes of the pod. */
export interface Eviction extends GuardedEviction {
  /** Number of the batch whose drains take it: pods of one batch are away together. */
  readonly batch: number;
  /** Why no other node takes the pod as things are now; absent where one does. */
  readonly nowhere?: string;
}

/** All pods, whatever the cluster file says of them: what it forbids is for the checks to tell. */
const WHATEVER = { drain: { deleteEmptyDir: true, force: true } };

/** Live pods that the drains of a plan evict, as it looks now, in the order of the drains, with what becomes of them. */
export function evictionsOf(steps: readonly Step[], observation: Observation): readonly Eviction[] {
  const byNode = Map.groupBy(guardedEvictions(steps, observation), ({ pod }) => pod.node);
  const placer = openPlacer(openBoard(observation));
  return batchesDrained(steps).flatMap((nodes, batch) => {
    const evictions = nodes.flatMap((node) => (byNode.get(node) ?? []).map((one) => ({ ...one, batch })));
    const nowhere = placer.place(nodes, evictions.map(({ pod }) => pod).filter(returns));
    return evictions.map((eviction) => {
      const reason = nowhere.get(eviction.pod);
      return reason === undefined ? eviction : { ...eviction, nowhere: reason };
    });
  });
}

/** The evictions by the filters of the drain itself, without a thought to where the pods go. */
export function guardedEvictions(
  steps: readonly Step[],
  { pods, budgets }: Observation,
): readonly GuardedEviction[] {
  const drained = nodesDrained(steps);
  const byNode = Map.groupBy(
    pods.filter((pod) => drained.has(pod.node) && isEvicted(pod)),
    ({ node }) => node,
  );
  const budgetsOf = openBudgets(budgets);
  return [...drained].flatMap((node) =>
    (byNode.get(node) ?? []).map((pod) => ({ pod, budgets: budgetsOf(pod) })),
  );
}

/** Nodes that a plan drains, each once, in its order. */
export function nodesDrained(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ kind, node }) => (kind === 'drain' && node !== undefined ? [node] : [])));
}

/** Nodes that are drained together, each in the first batch that drains it. */
function batchesDrained(steps: readonly Step[]): readonly (readonly string[])[] {
  const seen = new Set<string>();
  return unitsOf(steps).flatMap(({ lanes }) => {
    const fresh = [...nodesDrained(lanes.flat())].filter((node) => !seen.has(node));
    for (const node of fresh) seen.add(node);
    return fresh.length === 0 ? [] : [fresh];
  });
}

/** What a pod is told by: its workload, whose name outlives the pod's, or itself. */
export function ownerOf({ namespace, name, workload }: PodObservation): string {
  return workload ?? `Pod/${namespace}/${name}`;
}

export function budgetName({ namespace, name }: Pick<BudgetObservation, 'namespace' | 'name'>): string {
  return `PodDisruptionBudget/${namespace}/${name}`;
}

function isEvicted(pod: PodObservation): boolean {
  return !pod.terminating && !isFinished(pod) && verdictOf(pod, WHATEVER).kind === 'delete';
}

/** Nobody makes an unmanaged pod again: it needs no other place. */
function returns({ controller, orphan }: PodObservation): boolean {
  return controller !== undefined && orphan === undefined;
}

/** Budgets by pod. Pods share their labels, so that most are answered by a look. */
function openBudgets(
  budgets: readonly BudgetObservation[],
): (pod: PodObservation) => readonly BudgetObservation[] {
  const byNamespace = Map.groupBy(budgets, ({ namespace }) => namespace);
  const known = new Map<string, Map<PodObservation['labels'], readonly BudgetObservation[]>>();
  return ({ namespace, labels }) => {
    const candidates = byNamespace.get(namespace);
    if (candidates === undefined) return [];
    const answers = known.get(namespace) ?? new Map();
    known.set(namespace, answers);
    const before = answers.get(labels);
    if (before !== undefined) return before;
    const guards = candidates.filter(({ selector }) => selects(selector, labels));
    answers.set(labels, guards);
    return guards;
  };
}
