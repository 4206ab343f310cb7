import type { ObjectMeta } from '../../cluster/objects.ts';
import type { PodObservation } from '../../cluster/observation.ts';
import type { Toleration } from '../../cluster/scheduling.ts';
import type { DrainConfig } from '../../config/schema.ts';

/** What a drain does with a pod: `error` means that nothing on the node is evicted. */
export type PodVerdict =
  | { readonly kind: 'delete'; readonly warning?: string }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

export interface FilterContext {
  readonly drain: Pick<DrainConfig, 'deleteEmptyDir' | 'force'>;
}

/** What the filters look at. */
export type FilteredPod = Pick<
  PodObservation,
  'namespace' | 'name' | 'phase' | 'controller' | 'orphan' | 'mirror' | 'emptyDirs' | 'own'
>;

const DELETE: PodVerdict = { kind: 'delete' };

type Filter = (pod: FilteredPod, context: FilterContext) => PodVerdict;

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
export function verdictOf(pod: FilteredPod, context: FilterContext): PodVerdict {
  const warnings: string[] = [];
  for (const filter of FILTERS) {
    const verdict = filter(pod, context);
    if (verdict.kind !== 'delete') return verdict;
    if (verdict.warning !== undefined) warnings.push(verdict.warning);
  }
  return warnings.length === 0 ? DELETE : { kind: 'delete', warning: warnings.join(', ') };
}

/** `namespace/name`, as people and messages name a pod. */
function podName({ namespace, name }: Pick<PodObservation, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** podName() of an object of the API. */
export function nameOf({ metadata }: { readonly metadata: ObjectMeta }): string {
  return podName({ namespace: metadata.namespace ?? '', name: metadata.name });
}

/** Whether the pod's work is over: nothing is lost when it goes. */
export function isFinished({ phase }: Pick<PodObservation, 'phase'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether the scheduler may put the pod on a cordoned node. Source: k8s.io/component-helpers/scheduling/corev1, ToleratesTaint. */
export function toleratesCordon({ demand }: Pick<PodObservation, 'demand'>): boolean {
  return demand.tolerations.some(
    ({ key, operator, effect }: Toleration) =>
      (key === undefined ? operator === 'Exists' : key === 'node.kubernetes.io/unschedulable') &&
      (effect === undefined || effect === 'NoSchedule'),
  );
}

function ownPodFilter({ own }: FilteredPod): PodVerdict {
  return own === true ? { kind: 'error', reason: 'Kubestair itself runs in it' } : DELETE;
}

function daemonSetFilter(pod: FilteredPod, { drain }: FilterContext): PodVerdict {
  const [kind, name] = (pod.controller ?? '').split('/');
  if (kind !== 'DaemonSet' || isFinished(pod)) return DELETE;
  if (pod.orphan === undefined) return { kind: 'skip', reason: `DaemonSet ${name} manages it` };
  if (drain.force) return { kind: 'delete', warning: `its DaemonSet ${name} is gone` };
  return { kind: 'error', reason: `its DaemonSet ${name} is gone, so nothing would make it again` };
}

function mirrorPodFilter({ mirror }: FilteredPod): PodVerdict {
  return mirror ? { kind: 'skip', reason: 'it is a static pod' } : DELETE;
}

function localStorageFilter(pod: FilteredPod, { drain }: FilterContext): PodVerdict {
  if (pod.emptyDirs.length === 0 || isFinished(pod)) return DELETE;
  const names = pod.emptyDirs.join(', ');
  if (drain.deleteEmptyDir) return { kind: 'delete', warning: `deletes local data (${names})` };
  return {
    kind: 'error',
    reason: `it has local data (emptyDir ${names}) and spec.drain.deleteEmptyDir is false`,
  };
}

function unreplicatedFilter(pod: FilteredPod, { drain }: FilterContext): PodVerdict {
  if (isFinished(pod) || pod.controller !== undefined) return DELETE;
  if (drain.force) return { kind: 'delete', warning: 'no controller will make it again' };
  return { kind: 'error', reason: 'no controller would make it again and spec.drain.force is false' };
}
