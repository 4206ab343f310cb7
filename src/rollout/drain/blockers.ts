import { listWhole } from '../../cluster/api.ts';
import { toBudget } from '../../cluster/mapping.ts';
import type { ObjectMeta, PodDisruptionBudgetObject, PodObject } from '../../cluster/objects.ts';
import type { BudgetObservation } from '../../cluster/observation.ts';
import { selects } from '../../cluster/selector.ts';
import type { Kube } from '../../ports/kube.ts';
import { nameOf } from './filters.ts';

/** What stands in the way of an eviction besides the reason that the API server gives. */
export interface Blocker {
  /** The workload that people know, as `Deployment/default/web`; absent for a pod that nobody owns. */
  readonly owner?: string;
  readonly budgets: readonly BudgetObservation[];
}

/** Looks at owners and budgets, each of them once for all pods. What cannot be read is left out: it must not stop a drain. */
export interface Blockers {
  of(pod: PodObject, signal: AbortSignal): Promise<Blocker>;
}

/** Looks that remember what they saw: to be opened anew for each round of looking. */
export function openBlockers(kube: Kube): Blockers {
  const budgets = new Map<string, Promise<readonly BudgetObservation[]>>();
  const owners = new Map<string, Promise<string | undefined>>();
  const once = <T>(seen: Map<string, Promise<T>>, key: string, look: () => Promise<T>): Promise<T> => {
    const found = seen.get(key) ?? look();
    seen.set(key, found);
    return found;
  };
  return {
    async of(pod, signal) {
      const { namespace = '', labels = {} } = pod.metadata;
      const controller = controllerOf(pod.metadata);
      const by = `${namespace}/${controller?.kind}/${controller?.name}`;
      const [owner, guards] = await Promise.all([
        once(owners, by, () => ownerOf(kube, pod, signal)),
        once(budgets, namespace, () => budgetsIn(kube, namespace, signal)),
      ]);
      return {
        ...(owner !== undefined && { owner }),
        budgets: guards.filter(({ selector }) => selects(selector, labels)),
      };
    },
  };
}

/** The pod, who owns it, the budgets that guard it with their numbers, and why it may not go. */
export function describeBlocker(pod: PodObject, { owner, budgets }: Blocker, reason: string): string {
  const who = owner === undefined ? '' : ` of ${owner}`;
  const guarded = budgets.length === 0 ? '' : `, guarded by ${budgets.map(budgetText).join(' and ')}`;
  return `pod ${nameOf(pod)}${who}${guarded}: ${reason}`;
}

/** `PodDisruptionBudget/default/web (1 healthy, 1 needed, 0 may go)`. */
export function budgetText(budget: BudgetObservation): string {
  const { namespace, name, currentHealthy, desiredHealthy, disruptionsAllowed } = budget;
  return `PodDisruptionBudget/${namespace}/${name} (${currentHealthy} healthy, ${desiredHealthy} needed, ${disruptionsAllowed} may go)`;
}

function controllerOf({ ownerReferences }: ObjectMeta) {
  return ownerReferences?.find((owner) => owner.controller === true);
}

/** A Deployment rather than its ReplicaSet. */
async function ownerOf(
  kube: Kube,
  { metadata }: PodObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const controller = controllerOf(metadata);
  if (controller === undefined) return undefined;
  const named = (kind: string, name: string) => `${kind}/${metadata.namespace}/${name}`;
  if (controller.kind !== 'ReplicaSet') return named(controller.kind, controller.name);
  const path = `/apis/apps/v1/namespaces/${metadata.namespace}/replicasets/${controller.name}`;
  try {
    const set = (await kube.request({ path, signal, retries: 0 })) as { readonly metadata: ObjectMeta };
    const above = controllerOf(set.metadata) ?? controller;
    return named(above.kind, above.name);
  } catch {
    signal.throwIfAborted();
    return named(controller.kind, controller.name);
  }
}

async function budgetsIn(
  kube: Kube,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly BudgetObservation[]> {
  try {
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    const budgets = await listWhole<PodDisruptionBudgetObject>(kube, path, signal);
    return budgets.map(toBudget).filter((budget) => budget !== undefined);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
