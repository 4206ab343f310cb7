import pLimit from 'p-limit';
import type { Keep } from '../config/schema.ts';
import { asKubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoreLock } from '../ports/store.ts';
import { backupPrefix, type CatalogDeps, MANIFEST_NAME } from './catalog.ts';
import { type Holding, takeInventory } from './inventory.ts';
import { PROOF_KINDS } from './last-proof.ts';
import type { Manifest } from './manifest.ts';
import { isProven, isSound } from './proven.ts';
import { judge } from './retention.ts';
import { together } from './together.ts';

/** Longer than any backup takes, so that none is taken for a remnant while it is being written. */
export const SAFE_AGE_HOURS = 24;
const DELETE_CONCURRENCY = 8;

export interface PruneRequest {
  readonly cluster: string;
  readonly keep?: Keep | undefined;
  readonly dryRun: boolean;
  /** Why a backup must stay although the rule would let it go; undefined where nothing relies on it. */
  readonly heldBy: (manifest: Manifest) => string | undefined;
}

export type PruneDeps = CatalogDeps & { readonly clock: Clock; readonly signal: AbortSignal };

/** What was pruned, or would be; every list newest first. */
export interface PruneReport {
  readonly cluster: string;
  readonly storeUrl: string;
  readonly dryRun: boolean;
  readonly keep?: Keep;
  readonly kept: readonly { readonly id: string; readonly reasons: readonly string[] }[];
  /** Backups that the rule lets go, and remains of those that never were. */
  readonly deleted: readonly Deleted[];
  /** Those that Object Lock keeps. */
  readonly locked: readonly (Deleted & { readonly lock: StoreLock })[];
  /** Uploads that were cut off, which are no objects; always 0 in a dry run. */
  readonly swept: number;
  /** Without a manifest, and too young to be sure that nobody writes there. */
  readonly young: readonly string[];
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
}

export interface Deleted {
  readonly id: string;
  readonly what: 'backup' | 'remains';
  readonly bytes: number;
}

/** What became of a prune that may have stopped halfway. */
export interface Pruned {
  readonly report: PruneReport;
  /** What was thrown, if something was; the same command goes on. */
  readonly stoppedBy?: unknown;
}

/**
 * Deletes what the rule does not keep, oldest first, and remains without a manifest that nobody can be writing any more. A backup
 * stops being one with the first delete: that of its manifest. What is locked is told, and stops nothing.
 * @throws KubestairError of the store, before anything was deleted
 */
export async function pruneBackups(request: PruneRequest, deps: PruneDeps): Promise<Pruned> {
  const { cluster, keep, dryRun } = request;
  const holdings = await takeInventory(cluster, deps);
  const reasons = reasonsToKeep(holdings, request);
  const goes = (held: Holding): boolean =>
    held.kind === 'backup' ? reasons.get(held.id)?.length === 0 : isAbandoned(held, deps.clock.now());
  const doomed = holdings.filter((held) => held.kind !== 'unreadable' && goes(held)).toReversed();
  const outcome: Outcomes = { deleted: [], locked: [], swept: 0 };
  const report = (): PruneReport => ({
    cluster,
    storeUrl: deps.store.url,
    dryRun,
    ...(keep !== undefined && { keep }),
    kept: [...reasons].flatMap(([id, why]) => (why.length === 0 ? [] : [{ id, reasons: why }])),
    deleted: outcome.deleted.toReversed(),
    locked: outcome.locked.toReversed(),
    swept: outcome.swept,
    young: holdings.flatMap((held) => (held.kind === 'remains' && !goes(held) ? [held.id] : [])),
    unreadable: holdings.flatMap((held) =>
      held.kind === 'unreadable' ? [{ id: held.id, reason: held.reason }] : [],
    ),
  });
  try {
    for (const held of doomed) await deleteOne(held, request, outcome, deps);
    if (!dryRun) outcome.swept = await sweep(cluster, deps);
  } catch (thrown) {
    return { report: report(), stoppedBy: thrown };
  }
  return { report: report() };
}

/** Best effort: credentials may not be allowed to see uploads, and a bucket may have a lifecycle rule for them. */
async function sweep(cluster: string, { store, clock, log, signal }: PruneDeps): Promise<number> {
  const before = new Date(clock.now().getTime() - SAFE_AGE_HOURS * 3_600_000);
  try {
    return await store.sweep(`${cluster}/`, before, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    log.warn(`what cut-off uploads left could not be removed: ${asKubestairError(thrown).message}`);
    return 0;
  }
}

interface Outcomes {
  swept: number;
  readonly deleted: Deleted[];
  readonly locked: (Deleted & { readonly lock: StoreLock })[];
}

function reasonsToKeep(
  holdings: readonly Holding[],
  { keep, heldBy }: PruneRequest,
): ReadonlyMap<string, readonly string[]> {
  const candidates = holdings.flatMap((held) => {
    if (held.kind !== 'backup') return [];
    const { manifest } = held;
    const reason = heldBy(manifest);
    return [
      {
        id: held.id,
        at: manifest.startedAt,
        clusterUid: manifest.cluster.uid,
        sound: isSound(manifest),
        proven: PROOF_KINDS.filter((kind) => isProven(manifest, kind)),
        ...(reason !== undefined && { heldBy: reason }),
      },
    ];
  });
  return new Map(judge(candidates, keep).map(({ id, reasons }) => [id, reasons]));
}

/** By both clocks: that of the run which made the id, and that of the store. */
function isAbandoned({ id, writtenAt }: Holding, now: Date): boolean {
  const [, ...digits] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id) ?? [];
  const [year = 0, month = 1, ...rest] = digits.map(Number);
  const begun = Date.UTC(year, month - 1, ...rest);
  return now.getTime() - Math.max(begun, Date.parse(writtenAt)) > SAFE_AGE_HOURS * 3_600_000;
}

async function deleteOne(
  held: Holding,
  { cluster, dryRun }: PruneRequest,
  { deleted, locked }: Outcomes,
  deps: PruneDeps,
): Promise<void> {
  const { store, clock, log, signal } = deps;
  const prefix = backupPrefix(cluster, held.id);
  const one: Deleted = {
    id: held.id,
    what: held.kind === 'backup' ? 'backup' : 'remains',
    bytes: held.bytes,
  };
  // Written last, the manifest is locked the longest: as long as it is, the whole backup stays as it is.
  const lock = held.kind === 'backup' ? await store.lockOf(prefix + MANIFEST_NAME, signal) : undefined;
  if (lock !== undefined && isInForce(lock, clock.now())) return void locked.push({ ...one, lock });
  if (!dryRun) {
    log.info(`deleting ${store.url}/${prefix}`);
    const manifestLock = await store.erase(prefix + MANIFEST_NAME, signal);
    // Then it still is a backup, and needs its parts.
    if (manifestLock !== undefined) return void locked.push({ ...one, lock: manifestLock });
    const left = await eraseParts(prefix, deps);
    if (left !== undefined) return void locked.push({ ...one, what: 'remains', lock: left });
  }
  deleted.push(one);
}

/** @returns the lock of what could not be deleted */
async function eraseParts(prefix: string, { store, signal }: PruneDeps): Promise<StoreLock | undefined> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, signal)) keys.push(key);
  const limit = pLimit(DELETE_CONCURRENCY);
  const locks = await together<readonly (StoreLock | undefined)[]>(
    signal,
    keys.map((key) => (during) => limit(() => store.erase(key, during))),
  );
  return locks.find((lock) => lock !== undefined);
}

function isInForce({ until, legalHold }: StoreLock, now: Date): boolean {
  return legalHold || (until !== undefined && Date.parse(until) > now.getTime());
}
