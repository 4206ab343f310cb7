import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';

/** As long as the holder is not seen to renew, others wait before they take the lock over. */
export const LEASE_SECONDS = 45;
const RENEW_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 2000;
const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const NAME = 'kubestair';

interface Lease {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
  };
}

export interface LockDeps {
  readonly kube: Kube;
  readonly runId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Who holds the lock now. */
export interface LockHolder {
  readonly holder: string;
  readonly renewedAt: string;
}

/**
 * Does work while holding the Lease kube-system/kubestair. The work's signal aborts with LOCK_LOST when another run took the
 * lock. An API server that is away for a while loses nothing: nobody else can take the lock meanwhile either.
 * @throws KubestairError LOCKED when another run holds it and is seen alive
 */
export async function withLock<T>(deps: LockDeps, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  await acquire(deps);
  const lost = new AbortController();
  const ended = new AbortController();
  const heartbeat = renew(deps, lost, ended.signal);
  try {
    return await work(AbortSignal.any([deps.signal, lost.signal]));
  } finally {
    ended.abort();
    await heartbeat;
    if (!lost.signal.aborted) await release(deps);
  }
}

/** The lock's holder; undefined when it is free. @throws KubestairError KUBE_REQUEST and what the port throws */
export async function readLock(kube: Kube, signal?: AbortSignal): Promise<LockHolder | undefined> {
  const lease = await readLease(kube, signal);
  const holder = holderOf(lease);
  return holder === undefined ? undefined : { holder, renewedAt: lease?.spec?.renewTime ?? '' };
}

// Clocks of two runners may differ, so a dead holder is told by a Lease that stands still while we watch, as client-go's
// leader election does (tools/leaderelection/leaderelection.go, v0.36).
async function acquire(deps: LockDeps): Promise<void> {
  const { kube, clock, log, signal } = deps;
  let seen: Lease | undefined;
  let standingSince = clock.now().getTime();
  for (;;) {
    const lease = await readLease(kube, signal);
    const holder = holderOf(lease);
    const standsFor = (clock.now().getTime() - standingSince) / 1000;
    const stands = seen !== undefined && lease?.metadata.resourceVersion === seen.metadata.resourceVersion;
    if (holder === undefined || (stands && standsFor >= LEASE_SECONDS)) {
      if (holder !== undefined) log.warn(`run ${holder} no longer renews the lock: taking it over`);
      if (await claim(deps, lease)) return;
      seen = undefined;
    } else if (seen === undefined) {
      log.info(`run ${holder} holds the lock; waiting up to ${LEASE_SECONDS} s to see whether it is alive`);
      seen = lease;
      standingSince = clock.now().getTime();
    } else if (!stands) {
      throw lockedBy(holder, lease);
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

async function claim({ kube, runId, clock, signal }: LockDeps, lease: Lease | undefined): Promise<boolean> {
  const now = microTime(clock.now());
  const spec = {
    holderIdentity: runId,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: now,
    renewTime: now,
  };
  return await write(kube, lease, spec, signal);
}

async function renew(
  { kube, runId, clock, log }: LockDeps,
  lost: AbortController,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    await clock.sleep(RENEW_MILLISECONDS, ended).catch(() => undefined);
    if (ended.aborted) return;
    try {
      const lease = await readLease(kube, ended);
      const holder = holderOf(lease);
      if (holder !== runId) {
        lost.abort(lockLost(holder));
        return;
      }
      await write(kube, lease, { ...lease?.spec, renewTime: microTime(clock.now()) }, ended);
    } catch (thrown) {
      if (!ended.aborted)
        log.debug(`the lock could not be renewed: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }
}

async function release({ kube, runId, clock, log }: LockDeps): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  try {
    const lease = await readLease(kube, signal);
    if (holderOf(lease) !== runId) return;
    await write(
      kube,
      lease,
      { ...lease?.spec, holderIdentity: '', renewTime: microTime(clock.now()) },
      signal,
    );
  } catch {
    log.warn(`the lock could not be released; the next run waits ${LEASE_SECONDS} s for it`);
  }
}

async function readLease(kube: Kube, signal: AbortSignal | undefined): Promise<Lease | undefined> {
  try {
    return (await kube.request({ path: `${PATH}/${NAME}`, signal })) as Lease;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

/** @returns false when another run was faster */
async function write(
  kube: Kube,
  lease: Lease | undefined,
  spec: NonNullable<Lease['spec']>,
  signal: AbortSignal,
): Promise<boolean> {
  const metadata = lease?.metadata ?? { name: NAME, namespace: 'kube-system' };
  const body: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  try {
    if (lease === undefined) await kube.request({ method: 'POST', path: PATH, body, signal });
    else await kube.request({ method: 'PUT', path: `${PATH}/${NAME}`, body, signal });
    return true;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 409) return false;
    throw thrown;
  }
}

function holderOf(lease: Lease | undefined): string | undefined {
  return lease?.spec?.holderIdentity || undefined;
}

function lockedBy(holder: string, lease: Lease | undefined): KubestairError {
  return new KubestairError(
    'LOCKED',
    `run ${holder} holds the lock since ${lease?.spec?.acquireTime ?? 'an unknown time'}`,
    {
      object: 'Lease/kube-system/kubestair',
      next: 'Wait until that run has ended (`kubestair status` shows it), then run the command again.',
    },
  );
}

function lockLost(holder: string | undefined): KubestairError {
  return new KubestairError(
    'LOCK_LOST',
    `the lock is now held by ${holder === undefined ? 'nobody' : `run ${holder}`}`,
    {
      object: 'Lease/kube-system/kubestair',
      next: 'Look with `kubestair status` at what the other run does before you run the command again.',
    },
  );
}

/** metav1.MicroTime wants six decimals. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
