import type { KubeStatusError } from '../ports/kube.ts';

/** Why the API server does not evict a pod, in its own words where it has some. */
export type EvictionRefusal =
  /** A budget has no disruption left, or is still being worked out. */
  | { readonly kind: 'budget'; readonly reason: string }
  /** More than one budget guards the pod: the eviction API gives up. */
  | { readonly kind: 'overlap'; readonly reason: string }
  /** An admission webhook or ValidatingAdmissionPolicy says no. */
  | { readonly kind: 'denied'; readonly by: string; readonly reason: string }
  /** An admission webhook that must be asked does not answer. */
  | { readonly kind: 'webhook-down'; readonly by: string; readonly reason: string }
  /** An admission webhook cannot be asked without effect: only a real eviction shows what it says. */
  | { readonly kind: 'no-dry-run'; readonly by: string; readonly reason: string }
  /** The namespace is being deleted: its own controller deletes the pod. */
  | { readonly kind: 'leaving-namespace'; readonly reason: string }
  /** RBAC does not let this user evict. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** The server has too much to do. */
  | { readonly kind: 'busy'; readonly reason: string }
  | { readonly kind: 'other'; readonly reason: string };

const DENIED = /^admission webhook "([^"]+)" denied the request(?:: )?/;
const DENIED_BY_POLICY =
  /ValidatingAdmissionPolicy '([^']+)'(?: with binding '[^']+')? denied request(?:: )?/;
const WEBHOOK_DOWN = /failed calling webhook "([^"]+)"/;
const NO_DRY_RUN = /admission webhook "([^"]+)" does not support dry run/;
const RBAC = /cannot create resource "pods\/eviction"/;

/**
 * Reads what an API server answered to an eviction.
 * Source: k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go, k8s.io/apiserver/pkg/admission/plugin/webhook/errors and
 * plugin/namespace/lifecycle, v1.36. A 404 is no refusal: the pod is gone.
 */
export function readEvictionRefusal({ status, message, details }: KubeStatusError): EvictionRefusal {
  const causes = details?.causes ?? [];
  const reason = causes.map(({ message: cause }) => cause ?? '').join('; ') || message;
  if (causes.some(({ reason: cause }) => cause === 'DisruptionBudget')) return { kind: 'budget', reason };
  if (causes.some(({ reason: cause }) => cause === 'NamespaceTerminating')) {
    return { kind: 'leaving-namespace', reason: message };
  }
  const webhook = named(message, DENIED) ?? named(message, DENIED_BY_POLICY);
  if (webhook !== undefined) return { kind: 'denied', ...webhook };
  const silent = named(message, NO_DRY_RUN);
  if (silent !== undefined) return { kind: 'no-dry-run', ...silent };
  const down = named(message, WEBHOOK_DOWN);
  if (down !== undefined) return { kind: 'webhook-down', by: down.by, reason: message };
  if (status === 500 && message.includes('more than one PodDisruptionBudget'))
    return { kind: 'overlap', reason };
  if (status === 403 && RBAC.test(message)) return { kind: 'forbidden', reason };
  if (status === 429) return { kind: 'busy', reason };
  return { kind: 'other', reason: `${status}: ${reason}` };
}

/** Who a message names, and what it says beyond the name. */
function named(
  message: string,
  pattern: RegExp,
): { readonly by: string; readonly reason: string } | undefined {
  const [whole, by] = pattern.exec(message) ?? [];
  if (whole === undefined || by === undefined) return undefined;
  const rest = message.slice(message.indexOf(whole) + whole.length);
  return { by, reason: rest === '' ? message : rest };
}
