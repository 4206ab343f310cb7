import { connect } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { FreedLock, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { placesOf } from '../rollout/lock/lock.ts';
import type { Held, LockPlace } from '../rollout/lock/place.ts';
import { loadCluster } from './load-cluster.ts';
import { outcomeOfError } from './outcome.ts';
import { newRunId } from './run-id.ts';
import { whoRuns } from './who-runs.ts';

/** Longer than a holder that is alive goes without a sign of life. */
const WATCH_MILLISECONDS = 15_000;

/** Frees the lock from a run that will not come back, in the cluster and in the store. */
export async function unlock(request: RequestOf<'unlock'>, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const { run = '', reason = '', force = false } = request;
  const { places } = placesOf({
    ...connections,
    cluster: config.name,
    runId: newRunId(io),
    who: whoRuns(io.env),
    clock: io.clock,
  });
  const freed: FreedLock[] = [];
  try {
    const held = await heldPlaces(places, io.signal);
    requireHolder(held, run);
    if (!force) await requireDead(held, io);
    for (const { place, held: lock } of held) {
      await place.takeAway(run, reason, io.signal);
      freed.push({
        object: place.object,
        holder: run,
        since: lock.since,
        renewedAt: lock.renewedAt,
      });
    }
    const pods = await connections.removeLeftovers(io.signal);
    if (pods > 0) io.log.info(`removed ${pods} pods by which hosts were reached`);
  } catch (thrown) {
    return { command: 'unlock', outcome: outcomeOfError(thrown), freed };
  }
  return { command: 'unlock', outcome: { state: freed.length > 0 ? 'changed' : 'nothing-to-do' }, freed };
}

interface HeldPlace {
  readonly place: LockPlace;
  readonly held: Held;
}

async function heldPlaces(places: readonly LockPlace[], signal: AbortSignal): Promise<readonly HeldPlace[]> {
  const looks = await Promise.all(places.map(async (place) => ({ place, held: await place.read(signal) })));
  return looks.flatMap(({ place, held }) => (held === undefined ? [] : [{ place, held }]));
}

function requireHolder(held: readonly HeldPlace[], run: string): void {
  const other = held.find((one) => one.held.holder !== run);
  if (other === undefined) return;
  throw new KubestairError('LOCKED', `run ${other.held.holder} holds the lock, not ${run}`, {
    object: other.place.object,
    next: `Look with \`kubestair status\` who that is. To take the lock from it: kubestair unlock --run ${other.held.holder}.`,
  });
}

async function requireDead(
  held: readonly HeldPlace[],
  { clock, log, signal }: { readonly clock: Clock; readonly log: RunIo['log']; readonly signal: AbortSignal },
): Promise<void> {
  if (held.length === 0) return;
  log.info(`watching for ${WATCH_MILLISECONDS / 1000} s whether the run gives a sign of life`);
  await clock.sleep(WATCH_MILLISECONDS, signal);
  for (const { place, held: before } of held) {
    const now = await place.read(signal);
    if (now === undefined || now.mark === before.mark) continue;
    throw new KubestairError(
      'LOCKED',
      `run ${now.holder} is alive: it renewed the lock at ${now.renewedAt}`,
      {
        object: place.object,
        next: 'Stop that run; it gives the lock back by itself. Or take it away all the same with --force: the run stops before its next step.',
      },
    );
  }
}
