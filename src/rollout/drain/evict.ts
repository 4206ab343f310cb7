import type { PodObject } from '../../cluster/objects.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { isTransient } from '../patience.ts';

/** What the API server said to an eviction. */
export type Eviction =
  | { readonly kind: 'evicted' }
  | { readonly kind: 'gone' }
  /** Not now: a budget, a webhook, a namespace that goes away, a server that restarts. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retryAfterSeconds: number };

/** A budget changes when a pod gets ready: asking more often would only load the API server (kubectl waits 5 s as well). */
const RETRY_SECONDS = 5;

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

function readRefusal(thrown: unknown): Eviction {
  if (!(thrown instanceof KubeStatusError)) {
    if (isTransient(thrown))
      return { kind: 'refused', reason: messageOf(thrown), retryAfterSeconds: RETRY_SECONDS };
    throw thrown;
  }
  if (thrown.status === 404) return { kind: 'gone' };
  // 409 is among the refusals: either another pod has the name, then the next look misses this one, or the pod changed meanwhile.
  const causes = (thrown.details?.causes ?? []).flatMap(({ message }) => message ?? []);
  // kubectl gives up on all but 429; a budget mended, a webhook back or a namespace gone lets the drain go on here.
  return {
    kind: 'refused',
    reason: causes.length > 0 ? causes.join('; ') : thrown.message,
    retryAfterSeconds: thrown.details?.retryAfterSeconds || RETRY_SECONDS,
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
