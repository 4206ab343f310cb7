import { text } from 'node:stream/consumers';
import type { Store } from '../ports/store.ts';
import { type JournalEntry, runsPrefix } from './journal.ts';

/** Upgrades and restores that began after the last one that came to its end, and so may have to go back. */
export interface UnfinishedRuns {
  /** Newest upgrade or restore that came to its end; empty if there is none. Ids sort by time. */
  readonly lastFinished: string;
  /** How the unfinished ones began, newest first; a start names the backup that the run relies on. */
  readonly started: readonly { readonly runId: string; readonly detail: string }[];
}

/** `v1.35.4 to v1.36.3, plan 0a1b2c, backup 20261121T090507Z-3f9a, by …`, `rollback from 20261121T090507Z-3f9a, by …`. */
const RELIES_ON_BACKUP = /\b(?:backup|from) \d{8}T\d{6}Z-[0-9a-f]{4}\b/;

/**
 * Reads the ends of runs, newest first, up to one that is done: whatever was left open before it was made good by it.
 * @throws KubestairError of the store
 */
export async function readUnfinishedRuns(
  store: Store,
  cluster: string,
  signal?: AbortSignal,
): Promise<UnfinishedRuns> {
  const prefix = runsPrefix(cluster);
  const runs = new Map<string, string[]>();
  for await (const { key } of store.list(prefix, signal)) {
    const [runId = ''] = key.slice(prefix.length).split('/');
    runs.set(runId, [...(runs.get(runId) ?? []), key]);
  }
  const started: { readonly runId: string; readonly detail: string }[] = [];
  for (const [runId, keys] of [...runs].toReversed()) {
    const detail = (await readEntry(store, keys[0], signal))?.detail ?? '';
    // Maintenance that came to its end ends no upgrade.
    if (!RELIES_ON_BACKUP.test(detail)) continue;
    const last = await readEntry(store, keys.at(-1), signal);
    if (last?.step === 'run' && last.event === 'done') return { lastFinished: runId, started };
    started.push({ runId, detail });
  }
  return { lastFinished: '', started };
}

/** @returns undefined for an entry that is gone or was cut off: it says that nothing is done */
async function readEntry(
  store: Store,
  key: string | undefined,
  signal: AbortSignal | undefined,
): Promise<JournalEntry | undefined> {
  const body = key === undefined ? undefined : await store.get(key, signal);
  if (body === undefined) return undefined;
  const written = await text(body);
  try {
    return JSON.parse(written) as JournalEntry;
  } catch {
    return undefined;
  }
}

/** Why a backup must stay: an unfinished run took it before it changed anything, or began with it. */
export function heldByRun(
  { lastFinished, started }: UnfinishedRuns,
  backup: { readonly id: string; readonly reason: 'backup' | 'upgrade'; readonly runId: string },
): string | undefined {
  // Also where the journal has nothing yet, since a run writes its first entry after its first backup.
  if (backup.reason === 'upgrade' && backup.runId > lastFinished)
    return `upgrade ${backup.runId} is not finished`;
  const run = started.find(({ detail }) => detail.includes(backup.id));
  return run === undefined ? undefined : `run ${run.runId} is not finished`;
}
