import { listWhole } from '../../cluster/api.ts';
import { toBudget } from '../../cluster/mapping.ts';
import type { ObjectMeta, PodDisruptionBudgetObject, PodObject } from '../../cluster/objects.ts';
import { selects } from '../../cluster/selector.ts';
import type { Kube } from '../../ports/kube.ts';
import { nameOf } from './filters.ts';

/**
 * Names what stands in the way of an eviction: the pod, who owns it, and the budgets that guard it with their numbers.
 * What cannot be read is left out: this is for people, and must not stop a drain.
 */
export async function describeBlocker(
  kube: Kube,
  pod: PodObject,
  reason: string,
  signal: AbortSignal,
): Promise<string> {
  const [owner, budgets] = await Promise.all([ownerOf(kube, pod, signal), budgetsOf(kube, pod, signal)]);
  const who = owner === undefined ? '' : ` of ${owner}`;
  const guarded = budgets.length === 0 ? '' : `, guarded by ${budgets.join(' and ')}`;
  return `pod ${nameOf(pod)}${who}${guarded}: ${reason}`;
}

/** The workload that people know: a Deployment rather than its ReplicaSet. */
async function ownerOf(
  kube: Kube,
  { metadata }: PodObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (controller === undefined) return undefined;
  const named = (kind: string, name: string) => `${kind}/${metadata.namespace}/${name}`;
  if (controller.kind !== 'ReplicaSet') return named(controller.kind, controller.name);
  const path = `/apis/apps/v1/namespaces/${metadata.namespace}/replicasets/${controller.name}`;
  try {
    const set = (await kube.request({ path, signal, retries: 0 })) as { readonly metadata: ObjectMeta };
    const above = set.metadata.ownerReferences?.find((owner) => owner.controller === true) ?? controller;
    return named(above.kind, above.name);
  } catch {
    signal.throwIfAborted();
    return named(controller.kind, controller.name);
  }
}

async function budgetsOf(
  kube: Kube,
  { metadata }: PodObject,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const path = `/apis/policy/v1/namespaces/${metadata.namespace}/poddisruptionbudgets`;
    const budgets = await listWhole<PodDisruptionBudgetObject>(kube, path, signal);
    return budgets
      .map(toBudget)
      .filter((budget) => budget !== undefined)
      .filter(({ selector }) => selects(selector, metadata.labels ?? {}))
      .map(
        ({ namespace, name, currentHealthy, desiredHealthy, disruptionsAllowed }) =>
          `PodDisruptionBudget/${namespace}/${name} (${currentHealthy} healthy, ${desiredHealthy} needed, ${disruptionsAllowed} may go)`,
      );
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
