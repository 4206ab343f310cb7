import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { leasePlace } from './lease.ts';
import type { Held, LockPlace } from './place.ts';
import { storePlace } from './store-lock.ts';

/** As long as the holder is not seen to give a sign of life, others wait before they take the lock over. */
export const LEASE_SECONDS = 45;
const RENEW_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 2000;
const RELEASE_MILLISECONDS = 5000;
/** A runner that cancels kills after 7.5 seconds, and there is a report to write. */
const RELEASE_WHEN_STOPPED_MILLISECONDS = 2000;

export interface LockDeps {
  /** Absent where the cluster may be down and the store's lock has to do. */
  readonly kube?: Kube;
  readonly store: Store;
  readonly cluster: string;
  readonly runId: string;
  /** Who started the run, for whoever meets the lock. */
  readonly who: string;
  /** How long to wait for a holder that is alive; 0 stops at once. */
  readonly waitSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What holding the lock means to the work. */
export interface Lock {
  /** Aborts with LOCK_LOST when another run took the lock, or somebody took it away. */
  readonly signal: AbortSignal;
  /** Fencing token: higher than that of every holder before. Hosts refuse work of a lower one. */
  readonly epoch: number;
  /** Whether it was taken from a holder that gave no sign of life any more, and may still wake up. */
  readonly tookOver: boolean;
}

/**
 * Does work while holding the lock in the cluster and in the store. A cluster or store that is away for a while loses nothing:
 * nobody else can take the lock there meanwhile either.
 * @throws KubestairError LOCKED when another run holds it and is seen alive; what the ports throw
 */
export async function withLock<T>(deps: LockDeps, work: (lock: Lock) => Promise<T>): Promise<T> {
  const { places, epoch } = placesOf(deps);
  const held: LockPlace[] = [];
  const lost = new AbortController();
  const ended = new AbortController();
  const heartbeats: Promise<void>[] = [];
  // Who was seen to be dead in one place need not be watched in the next.
  const dead = new Set<string>();
  try {
    for (const place of places) {
      await acquire(place, deps, dead);
      held.push(place);
      heartbeats.push(renew(place, deps, lost, ended.signal));
    }
    // The Lease remembers the epoch, should the store be replaced.
    for (const place of places) await place.renew(deps.signal);
    return await work({
      signal: AbortSignal.any([deps.signal, lost.signal]),
      epoch: epoch(),
      tookOver: dead.size > 0,
    });
  } finally {
    ended.abort();
    await Promise.all(heartbeats);
    // Each place looks whether it is still this run's: one that was lost does not keep the other one taken.
    await Promise.all(held.map((place) => release(place, deps)));
  }
}

/** The places of a cluster's lock, in the order in which they are taken. */
export function placesOf({
  kube,
  store,
  cluster,
  runId,
  who,
  clock,
}: Omit<LockDeps, 'log' | 'signal' | 'waitSeconds'>): {
  readonly places: readonly LockPlace[];
  readonly epoch: () => number;
} {
  const now = () => clock.now();
  let epoch = () => 0;
  const lease =
    kube && leasePlace({ kube, runId, who, leaseSeconds: LEASE_SECONDS, now, epoch: () => epoch() });
  const inStore = storePlace({ store, cluster, runId, who, now, atLeast: () => lease?.lastEpoch() ?? 0 });
  epoch = inStore.epoch;
  return { places: lease === undefined ? [inStore] : [lease, inStore], epoch };
}

// A dead holder is told by a mark that stands still while we watch, as client-go's leader election does
// (tools/leaderelection/leaderelection.go, v0.36).
async function acquire(
  place: LockPlace,
  { clock, log, signal, waitSeconds, cluster }: LockDeps,
  dead: Set<string>,
): Promise<void> {
  let seen: Held | undefined;
  let standingSince = clock.monotonic();
  let told = '';
  const giveUpAt = standingSince + waitSeconds * 1000;
  for (;;) {
    const held = await place.read(signal);
    const now = clock.monotonic();
    if (held === undefined) {
      if (await place.claim(signal)) return;
      seen = undefined;
    } else if (dead.has(held.holder)) {
      if (await place.claim(signal)) return;
    } else if (seen?.mark !== held.mark) {
      // The first look tells nothing; a second, different one tells that the holder lives.
      if (seen !== undefined && now >= giveUpAt) throw lockedBy(place, held, cluster);
      if (told !== held.holder) log.info(waiting(held, waitSeconds));
      told = held.holder;
      seen = held;
      standingSince = now;
    } else if (now - standingSince >= LEASE_SECONDS * 1000) {
      log.warn(`run ${held.holder} no longer renews the lock: taking it over`);
      if (await place.claim(signal)) {
        dead.add(held.holder);
        return;
      }
      seen = undefined;
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

function waiting({ holder, who }: Held, waitSeconds: number): string {
  const run = `run ${holder}${who === undefined ? '' : ` of ${who}`} holds the lock`;
  return waitSeconds === 0
    ? `${run}; waiting up to ${LEASE_SECONDS} s to see whether it is alive`
    : `${run}; waiting up to ${waitSeconds} s for it`;
}

async function renew(
  place: LockPlace,
  { clock, log }: LockDeps,
  lost: AbortController,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    await clock.sleep(RENEW_MILLISECONDS, ended).catch(() => undefined);
    if (ended.aborted) return;
    try {
      const renewal = await place.renew(ended);
      if (renewal.kept) continue;
      lost.abort(lockLost(place, renewal.holder));
      return;
    } catch (thrown) {
      if (!ended.aborted)
        log.debug(`the lock could not be renewed: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }
}

async function release(place: LockPlace, { log, clock, signal }: LockDeps): Promise<void> {
  const inTime = new AbortController();
  const most = signal.aborted ? RELEASE_WHEN_STOPPED_MILLISECONDS : RELEASE_MILLISECONDS;
  const timeout = clock.sleep(most, inTime.signal).then(
    () => inTime.abort(new Error('out of time')),
    () => undefined,
  );
  try {
    await place.release(inTime.signal);
  } catch {
    log.warn(`${place.object} could not be released; the next run waits ${LEASE_SECONDS} s for it`);
  } finally {
    inTime.abort();
    await timeout;
  }
}

function lockedBy({ object }: LockPlace, { holder, who, since }: Held, cluster: string): KubestairError {
  const started = who === undefined ? '' : `, started by ${who},`;
  return new KubestairError('LOCKED', `run ${holder}${started} holds the lock of ${cluster} since ${since}`, {
    object,
    next: `Wait until that run has ended (\`kubestair status\` shows it), or let this one wait with --lock-wait 30m. Only if it is sure to be dead: kubestair unlock --run ${holder}.`,
  });
}

function lockLost({ object }: LockPlace, holder: string | undefined): KubestairError {
  return new KubestairError(
    'LOCK_LOST',
    holder === undefined ? 'the lock was taken away from this run' : `the lock is now held by run ${holder}`,
    {
      object,
      next: 'Look with `kubestair status` at what was done meanwhile before you run the command again.',
    },
  );
}
