import type { BudgetObservation, Observation, PodObservation } from '../cluster/observation.ts';
import { selects } from '../cluster/selector.ts';
import type { Forecast, Step } from './plan.ts';

/** A pod that a drain of the plan evicts, with the budgets that guard it. */
export interface Eviction {
  readonly pod: PodObservation;
  readonly budgets: readonly BudgetObservation[];
}

/**
 * Live pods that the drains of a plan evict, as it looks now: those on a node with a drain but mirror pods, DaemonSets' pods and
 * pods that are leaving or done anyway. Source: k8s.io/kubectl/pkg/drain/filters.go.
 */
export function evictionsOf(steps: readonly Step[], { pods, budgets }: Observation): readonly Eviction[] {
  const drained = new Set(steps.filter(({ kind }) => kind === 'drain').map(({ node }) => node));
  const guards = Map.groupBy(budgets, ({ namespace }) => namespace);
  return pods
    .filter((pod) => drained.has(pod.node) && isEvicted(pod))
    .map((pod) => ({
      pod,
      budgets: (guards.get(pod.namespace) ?? []).filter(({ selector }) => selects(selector, pod.labels)),
    }));
}

/** Durations and the pods that are disrupted, in the order of the drains. */
export function forecastOf(steps: readonly Step[], evictions: readonly Eviction[]): Forecast {
  const byNode = Map.groupBy(evictions, ({ pod }) => pod.node);
  const order = new Set(steps.filter(({ kind }) => kind === 'drain').map(({ node }) => node ?? ''));
  return {
    expectedSeconds: steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0),
    evictions: [...order].flatMap((node) => (byNode.get(node) ?? []).map(toForecast)),
  };
}

/** What a pod is told by: its controller, whose name outlives the pod's, or itself. */
export function ownerOf({ namespace, name, controller }: PodObservation): string {
  if (controller === undefined) return `Pod/${namespace}/${name}`;
  const [kind, owner] = controller.split('/');
  return `${kind}/${namespace}/${owner}`;
}

export function budgetName({ namespace, name }: BudgetObservation): string {
  return `PodDisruptionBudget/${namespace}/${name}`;
}

function isEvicted({ mirror, terminating, phase, controller, orphan }: PodObservation): boolean {
  const done = phase === 'Succeeded' || phase === 'Failed';
  const stays = controller?.startsWith('DaemonSet/') === true && orphan === undefined;
  return !mirror && !terminating && !done && !stays;
}

function toForecast({ pod, budgets }: Eviction): Forecast['evictions'][number] {
  return {
    node: pod.node,
    pod: `${pod.namespace}/${pod.name}`,
    controller: pod.controller ?? '',
    budgets: budgets.map(({ name }) => name),
  };
}
