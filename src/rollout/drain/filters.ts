import type { PodObject, Toleration } from '../../cluster/objects.ts';
import type { DrainConfig } from '../../config/schema.ts';

/** What a drain does with a pod: `error` means that nothing on the node is evicted. */
export type PodVerdict =
  | { readonly kind: 'delete'; readonly warning?: string }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

export interface FilterContext {
  readonly drain: Pick<DrainConfig, 'deleteEmptyDir' | 'force'>;
  /** Existing DaemonSets as `namespace/name`. */
  readonly daemonSets: ReadonlySet<string>;
  /** The pod that this process runs in, as `namespace/name` or, where the namespace is not known, as `name`. */
  readonly ownPod?: string;
}

const MIRROR_POD = 'kubernetes.io/config.mirror';
const DELETE: PodVerdict = { kind: 'delete' };

type Filter = (pod: PodObject, context: FilterContext) => PodVerdict;

/**
 * The filters of `kubectl drain` in their order; the first that does not say delete decides, as it does there.
 * Source: k8s.io/kubectl/pkg/drain/filters.go, v0.36 (makeFilters). Added: the pod that Kubestair itself runs in.
 */
const FILTERS: readonly Filter[] = [
  ownPodFilter,
  daemonSetFilter,
  mirrorPodFilter,
  localStorageFilter,
  unreplicatedFilter,
];

/** What a drain does with this pod, and why. */
export function verdictOf(pod: PodObject, context: FilterContext): PodVerdict {
  const warnings: string[] = [];
  for (const filter of FILTERS) {
    const verdict = filter(pod, context);
    if (verdict.kind !== 'delete') return verdict;
    if (verdict.warning !== undefined) warnings.push(verdict.warning);
  }
  return warnings.length === 0 ? DELETE : { kind: 'delete', warning: warnings.join(', ') };
}

/** `namespace/name`, as people and messages name a pod. */
export function podName({ metadata }: PodObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Whether the scheduler may put the pod on a cordoned node. Source: k8s.io/component-helpers/scheduling/corev1, ToleratesTaint. */
export function toleratesCordon(pod: PodObject): boolean {
  return (pod.spec?.tolerations ?? []).some(
    ({ key, operator, effect }: Toleration) =>
      (key === undefined ? operator === 'Exists' : key === 'node.kubernetes.io/unschedulable') &&
      (effect === undefined || effect === '' || effect === 'NoSchedule'),
  );
}

function ownPodFilter(pod: PodObject, { ownPod }: FilterContext): PodVerdict {
  if (ownPod === undefined || (ownPod !== podName(pod) && ownPod !== pod.metadata.name)) return DELETE;
  return { kind: 'error', reason: 'Kubestair itself runs in it' };
}

function daemonSetFilter(pod: PodObject, { daemonSets, drain }: FilterContext): PodVerdict {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'DaemonSet' || isFinished(pod)) return DELETE;
  if (daemonSets.has(`${pod.metadata.namespace}/${owner.name}`)) {
    return { kind: 'skip', reason: `DaemonSet ${owner.name} manages it` };
  }
  if (drain.force) return { kind: 'delete', warning: `its DaemonSet ${owner.name} is gone` };
  return { kind: 'error', reason: `its DaemonSet ${owner.name} is gone, so nothing would make it again` };
}

function mirrorPodFilter(pod: PodObject): PodVerdict {
  return pod.metadata.annotations?.[MIRROR_POD] === undefined
    ? DELETE
    : { kind: 'skip', reason: 'it is a static pod' };
}

function localStorageFilter(pod: PodObject, { drain }: FilterContext): PodVerdict {
  const volumes = (pod.spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined);
  if (volumes.length === 0 || isFinished(pod)) return DELETE;
  const names = volumes.map(({ name }) => name).join(', ');
  if (drain.deleteEmptyDir) return { kind: 'delete', warning: `deletes local data (${names})` };
  return {
    kind: 'error',
    reason: `it has local data (emptyDir ${names}) and spec.drain.deleteEmptyDir is false`,
  };
}

function unreplicatedFilter(pod: PodObject, { drain }: FilterContext): PodVerdict {
  if (isFinished(pod) || controllerOf(pod) !== undefined) return DELETE;
  if (drain.force) return { kind: 'delete', warning: 'no controller will make it again' };
  return { kind: 'error', reason: 'no controller would make it again and spec.drain.force is false' };
}

function controllerOf(pod: PodObject): { readonly kind: string; readonly name: string } | undefined {
  return pod.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

function isFinished(pod: PodObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
