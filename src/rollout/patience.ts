import { type ErrorCode, KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { KubeStatusError } from '../ports/kube.ts';

const PAUSE_MILLISECONDS = 2000;

/** What goes away by itself while API servers and hosts restart. */
const TRANSIENT_CODES: readonly ErrorCode[] = ['KUBE_UNREACHABLE', 'HOST_UNREACHABLE'];

/**
 * 403 is among them: an API server that has just started denies what its authorizer has not read yet
 * (k8s.io/apiserver, pkg/authorization: "not yet ready to handle request"; the node authorizer and RBAC work from informers).
 */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([401, 403, 408, 429, 500, 502, 503, 504]);

/** Whether the cluster or the host is likely to answer again without anybody's help. */
export function isTransient(thrown: unknown): boolean {
  if (thrown instanceof KubeStatusError) return TRANSIENT_STATUSES.has(thrown.status);
  if (!(thrown instanceof KubestairError)) return false;
  if (TRANSIENT_CODES.includes(thrown.code)) return true;
  return thrown.cause instanceof KubeStatusError && isTransient(thrown.cause);
}

/** Whether a store that does not answer now is likely to answer again. */
export function isStoreAway(thrown: unknown): boolean {
  return thrown instanceof KubestairError && ['STORE_UNREACHABLE', 'STORE_FAILED'].includes(thrown.code);
}

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to try again, in seconds. */
  readonly seconds: number;
  /** What is likely to go away by itself; default isTransient(). */
  readonly when?: (thrown: unknown) => boolean;
  /** Told once for each time of waiting. */
  readonly onWait?: (error: unknown) => void;
}

/**
 * Repeats work that fails because something restarts, until it succeeds or time is over.
 * @throws what the work threw last; the signal's reason on abort
 */
export async function patiently<T>(
  work: () => Promise<T>,
  { clock, signal, seconds, when = isTransient, onWait }: Patience,
): Promise<T> {
  const deadline = clock.monotonic() + seconds * 1000;
  let told = false;
  while (true) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      signal.throwIfAborted();
      if (!when(thrown) || clock.monotonic() >= deadline) throw thrown;
      if (!told) onWait?.(thrown);
      told = true;
    }
    await clock.sleep(PAUSE_MILLISECONDS, signal);
  }
}
