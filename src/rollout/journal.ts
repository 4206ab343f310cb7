import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/** One thing that happened in a run. */
export interface JournalEntry {
  readonly runId: string;
  /** RFC 3339. */
  readonly at: string;
  /** Step id, or `run` for the run as a whole. */
  readonly step: string;
  readonly event: 'started' | 'done' | 'was-done' | 'failed' | 'interrupted';
  readonly detail?: string;
  /** On the entry that starts a run: the plan that was approved, so that going on with it needs no new approval. */
  readonly approved?: Approved;
}

/** What a person agreed to: a plan by its hash, and the version it leads to. */
export interface Approved {
  readonly hash: string;
  readonly target: string;
}

/** Says what a run intends and what came of it. For people and for status: what is to be done is always read from the world. */
export interface Journal {
  /** Returns at once; the entry is written in the background. */
  record(step: string, event: JournalEntry['event'], detail?: string, approved?: Approved): void;
  /** Waits until everything is written, at most so long; warns about what is not. */
  flush(milliseconds: number): Promise<void>;
}

export interface JournalDeps {
  readonly store: Store;
  readonly cluster: string;
  readonly runId: string;
  readonly clock: Clock;
  readonly log: Log;
}

const PAUSE_MILLISECONDS = 5000;

/**
 * A journal of create-only entries, `<cluster>/runs/<run>/<number>.json`. A store that is away must not stop a rollout in the
 * middle of a node, so entries queue until it is back.
 */
export function openJournal({ store, cluster, runId, clock, log }: JournalDeps): Journal {
  let last = Promise.resolve();
  let number = 0;
  let waiting = 0;
  const ended = new AbortController();

  const write = async (key: string, entry: JournalEntry): Promise<void> => {
    for (let attempt = 1; !ended.signal.aborted; attempt++) {
      try {
        await store.put(key, Buffer.from(`${JSON.stringify(entry)}\n`), {
          createOnly: true,
          contentType: 'application/json',
          signal: ended.signal,
        });
        waiting -= 1;
        return;
      } catch (thrown) {
        // An earlier attempt of ours arrived after all: no other run has this id.
        if (thrown instanceof KubestairError && thrown.code === 'BACKUP_EXISTS') {
          waiting -= 1;
          return;
        }
        if (attempt === 1 && !ended.signal.aborted)
          log.warn(`the journal cannot be written, trying on: ${messageOf(thrown)}`);
        await clock.sleep(PAUSE_MILLISECONDS, ended.signal).catch(() => undefined);
      }
    }
  };

  return {
    record(step, event, detail, approved) {
      number += 1;
      waiting += 1;
      const key = `${runsPrefix(cluster)}${runId}/${String(number).padStart(4, '0')}.json`;
      const at = clock.now().toISOString();
      const entry: JournalEntry = {
        runId,
        at,
        step,
        event,
        ...(detail !== undefined && { detail }),
        ...(approved !== undefined && { approved }),
      };
      last = last.then(() => write(key, entry));
    },
    async flush(milliseconds) {
      const inTime = new AbortController();
      const timeout = clock.sleep(milliseconds, inTime.signal).catch(() => undefined);
      await Promise.race([last, timeout]);
      inTime.abort();
      ended.abort();
      if (waiting > 0) log.warn(`${waiting} entries of the journal could not be written to ${store.url}`);
    },
  };
}

/** The entries of the newest run of a cluster in order; none if there was no run. @throws KubestairError of the store */
export async function readLastRun(
  store: Store,
  cluster: string,
  signal?: AbortSignal,
): Promise<readonly JournalEntry[]> {
  const prefix = runsPrefix(cluster);
  let newest = '';
  let keys: string[] = [];
  // Run ids sort by time, and the store lists in lexical order.
  for await (const { key } of store.list(prefix, signal)) {
    const run = key.slice(prefix.length).split('/')[0] ?? '';
    if (run !== newest) keys = [];
    newest = run;
    keys.push(key);
  }
  const entries: JournalEntry[] = [];
  for (const key of keys) {
    const body = await store.get(key, signal);
    if (body === undefined) continue;
    entries.push(JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString('utf8')) as JournalEntry);
  }
  return entries;
}

/** What was approved when a run began; undefined where its journal does not say. @throws KubestairError of the store */
export async function readApproved(
  store: Store,
  cluster: string,
  runId: string,
  signal?: AbortSignal,
): Promise<Approved | undefined> {
  const body = await store.get(`${runsPrefix(cluster)}${runId}/0001.json`, signal);
  if (body === undefined) return undefined;
  return (JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString('utf8')) as JournalEntry).approved;
}

/**
 * Whether the newest run was approved by this hash for this target and did not end: the plan of what is left has another
 * hash than the whole had, and going on with it is what was agreed to.
 */
export function continuesRun(entries: readonly JournalEntry[], { hash, target }: Approved): boolean {
  return unfinishedRun(entries, target) !== undefined && entries[0]?.approved?.hash === hash;
}

/** The newest run, if it was on its way to this target and did not end: whoever runs next goes on with it. */
export function unfinishedRun(entries: readonly JournalEntry[], target: string): string | undefined {
  const [first] = entries;
  const ended = entries.some(({ step, event }) => step === 'run' && event === 'done');
  return !ended && first?.approved?.target === target ? first.runId : undefined;
}

/** Where the journals of a cluster lie in its store. */
export function runsPrefix(cluster: string): string {
  return `${cluster}/runs/`;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
