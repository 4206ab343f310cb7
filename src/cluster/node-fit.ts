import type { NodeObservation } from './observation.ts';
import type { NodeRequirement, NodeTerm, PodDemand, Taint, Toleration } from './scheduling.ts';

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Effects that keep a pod from a node; PreferNoSchedule does not. */
const BINDING: ReadonlySet<string> = new Set(['NoSchedule', 'NoExecute']);

/**
 * The taints that will keep pods from a node while others are drained: those of today, but for a cordon of Kubestair's own, which
 * it takes back first. Source: kube-scheduler treats spec.unschedulable as this very taint (plugins/nodeunschedulable, v1.36).
 */
export function lastingTaints({
  scheduling,
  unschedulable,
  cordonedBy,
}: Pick<NodeObservation, 'scheduling' | 'unschedulable' | 'cordonedBy'>): readonly Taint[] {
  const taints = scheduling.taints.filter(({ key, effect }) => key !== UNSCHEDULABLE && BINDING.has(effect));
  if (!unschedulable || cordonedBy !== undefined) return taints;
  return [...taints, { key: UNSCHEDULABLE, value: '', effect: 'NoSchedule' }];
}

/** Source: k8s.io/api/core/v1/toleration.go, v0.36 (ToleratesTaint). */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key !== undefined && key !== '' && key !== taint.key) return false;
  switch (operator ?? 'Equal') {
    case 'Exists':
      return true;
    case 'Lt':
      return Number(taint.value) < Number(value);
    case 'Gt':
      return Number(taint.value) > Number(value);
    default:
      return key !== undefined && key !== '' && (value ?? '') === taint.value;
  }
}

/** The taint that keeps pods with these tolerations away; undefined where none does. */
export function repellingTaint(
  tolerations: readonly Toleration[],
  taints: readonly Taint[],
): Taint | undefined {
  return taints.find((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** Whether nodeSelector and required node affinity let a pod onto a node. */
export function isChosen(
  { nodeSelector, nodeTerms }: Pick<PodDemand, 'nodeSelector' | 'nodeTerms'>,
  node: Pick<NodeObservation, 'name' | 'scheduling'>,
): boolean {
  const { labels } = node.scheduling;
  for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
  return nodeTerms === undefined || matchesAny(nodeTerms, node);
}

/** Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity, v0.36: terms are alternatives, and an empty one matches nothing. */
export function matchesAny(
  terms: readonly NodeTerm[],
  { name, scheduling }: Pick<NodeObservation, 'name' | 'scheduling'>,
): boolean {
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((requirement) => meets(requirement, scheduling.labels[requirement.key])) &&
      // The only field that the API allows is metadata.name.
      matchFields.every((requirement) => meets(requirement, name)),
  );
}

function meets({ operator, values }: NodeRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
