import type { PodObject } from '../../cluster/objects.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { isTransient } from '../patience.ts';

/** What the API server said to an eviction. */
export type Eviction =
  | { readonly kind: 'evicted' }
  | { readonly kind: 'gone' }
  /** Not now: a budget, a webhook, a namespace that goes away, a server that restarts. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retryAfterSeconds?: number };

/**
 * Asks the API server to evict a pod: this very one, not another of its name.
 * Source of the meanings: kubernetes.io "API-initiated eviction"; k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go, v1.36.
 */
export async function evictPod(kube: Kube, pod: PodObject, signal: AbortSignal): Promise<Eviction> {
  const { name, namespace = '', uid } = pod.metadata;
  const body = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    deleteOptions: { preconditions: { uid } },
  };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
  try {
    await kube.request({ method: 'POST', path, body, signal });
    return { kind: 'evicted' };
  } catch (thrown) {
    signal.throwIfAborted();
    return readRefusal(thrown);
  }
}

/** Deletes a pod past its budgets, with the time to end that it asks for: this very one. */
export async function deletePod(kube: Kube, pod: PodObject, signal: AbortSignal): Promise<Eviction> {
  const { name, namespace = '', uid } = pod.metadata;
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  try {
    await kube.request({ method: 'DELETE', path, body, signal });
    return { kind: 'evicted' };
  } catch (thrown) {
    signal.throwIfAborted();
    return readRefusal(thrown);
  }
}

function readRefusal(thrown: unknown): Eviction {
  if (!(thrown instanceof KubeStatusError)) {
    if (isTransient(thrown)) return { kind: 'refused', reason: messageOf(thrown) };
    throw thrown;
  }
  if (thrown.status === 404) return { kind: 'gone' };
  // 409 is among the refusals: either another pod has the name, then the next look misses this one, or the pod changed meanwhile.
  const causes = (thrown.details?.causes ?? []).flatMap(({ message }) => message ?? []);
  // kubectl gives up on all but 429; a budget mended, a webhook back or a namespace gone lets the drain go on here.
  const retryAfterSeconds = thrown.details?.retryAfterSeconds ?? 0;
  return {
    kind: 'refused',
    reason: causes.length > 0 ? causes.join('; ') : thrown.message,
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
