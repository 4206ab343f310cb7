import { type Pruned, pruneBackups } from '../backup/prune.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import type { RunIo } from '../request/io.ts';
import { LEASE_SECONDS, placesOf } from '../rollout/lock/lock.ts';
import { heldByRun, readUnfinishedRuns } from '../rollout/unfinished-runs.ts';

/**
 * Prunes by the rule of the cluster file. The lock is looked at and not taken: a run that holds it relies on backups, but taking
 * it from one that is dead is left to those who then have to keep it from waking up.
 * @throws KubestairError LOCKED, and of the store
 */
export async function pruneStore(
  { name, backup }: ClusterConfig,
  store: Store,
  dryRun: boolean,
  io: Pick<RunIo, 'clock' | 'log' | 'signal'>,
): Promise<Pruned> {
  const { clock, log, signal } = io;
  if (!dryRun) await requireFree(name, store, io);
  const unfinished = await readUnfinishedRuns(store, name, signal);
  const request = {
    cluster: name,
    keep: backup.keep,
    dryRun,
    heldBy: (manifest: Parameters<typeof heldByRun>[1]) => heldByRun(unfinished, manifest),
  };
  return await pruneBackups(request, { store, clock, log, signal });
}

async function requireFree(
  cluster: string,
  store: Store,
  { clock, signal }: Pick<RunIo, 'clock' | 'signal'>,
): Promise<void> {
  const { places } = placesOf({ store, cluster, runId: '', who: '', clock });
  for (const place of places) {
    const held = await place.read(signal);
    if (held === undefined || isStale(held.renewedAt, clock.now())) continue;
    throw new KubestairError('LOCKED', `run ${held.holder} of ${held.who} works on this cluster`, {
      object: place.object,
      next: 'Prune once it is done.',
    });
  }
}

function isStale(renewedAt: string, now: Date): boolean {
  return now.getTime() - Date.parse(renewedAt) > LEASE_SECONDS * 1000;
}
