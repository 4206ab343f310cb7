import { KubestairError } from '../../errors.ts';
import type { Store } from '../../ports/store.ts';
import type { Held, LockPlace } from './place.ts';

/**
 * `<cluster>/lock/<epoch>.json` is written once, by the run that takes the lock as the epoch-th; beside it `.alive` is written
 * again and again, and `.released` once, at the end.
 */
interface Entry {
  readonly epoch: number;
  readonly runId: string;
  readonly who: string;
  readonly takenAt: string;
}

export interface StoreLockDeps {
  readonly store: Store;
  readonly cluster: string;
  readonly runId: string;
  readonly who: string;
  readonly now: () => Date;
  /** An epoch that was reached elsewhere: the next one is higher, whatever the store remembers. */
  readonly atLeast: () => number;
}

/** The lock's place in the store, and the epoch that taking it gave. */
export interface StorePlace extends LockPlace {
  /** Higher than that of every holder before; 0 before the lock was taken. */
  epoch(): number;
}

type Mark = 'alive' | 'released';

/**
 * The lock in the store. It holds while no API server answers, and numbers its holders: hosts refuse work of a holder whose
 * number is lower than one that they have seen (a fencing token). Methods throw what the store throws.
 */
export function storePlace({ store, cluster, runId, who, now, atLeast }: StoreLockDeps): StorePlace {
  const prefix = `${cluster}/lock/`;
  let last: Entry | undefined;
  let own = 0;

  const put = (key: string, value: unknown, createOnly: boolean, signal: AbortSignal): Promise<void> =>
    store.put(`${prefix}${key}`, Buffer.from(`${JSON.stringify(value)}\n`), {
      createOnly,
      contentType: 'application/json',
      signal,
    });
  const get = async (key: string, signal?: AbortSignal): Promise<string | undefined> => {
    const body = await store.get(`${prefix}${key}`, signal);
    return body === undefined ? undefined : Buffer.concat(await Array.fromAsync(body)).toString('utf8');
  };
  const mark = (epoch: number, what: Mark, value: object, signal: AbortSignal) =>
    put(`${nameOf(epoch)}.${what}.json`, { ...value, at: now().toISOString() }, false, signal);
  const markOf = (epoch: number, what: Mark, signal?: AbortSignal) =>
    get(`${nameOf(epoch)}.${what}.json`, signal);

  const look = async (signal?: AbortSignal): Promise<Held | undefined> => {
    let newest = 0;
    for await (const { key } of store.list(prefix, signal))
      newest = Math.max(newest, Number(/^(\d+)\.json$/.exec(key.slice(prefix.length))?.[1] ?? 0));
    const text = newest === 0 ? undefined : await get(`${nameOf(newest)}.json`, signal);
    last = text === undefined ? undefined : (JSON.parse(text) as Entry);
    if (last === undefined || (await markOf(last.epoch, 'released', signal)) !== undefined) return undefined;
    const alive = await markOf(last.epoch, 'alive', signal);
    return {
      holder: last.runId,
      who: last.who,
      since: last.takenAt,
      renewedAt: alive === undefined ? last.takenAt : (JSON.parse(alive) as { readonly at: string }).at,
      mark: `${last.epoch} ${alive ?? ''}`,
    };
  };

  // Best effort: a bucket may keep what is written, and old entries harm nobody.
  const removeOlder = async (signal: AbortSignal): Promise<void> => {
    const keys: string[] = [];
    for await (const { key } of store.list(prefix, signal))
      if (key.slice(prefix.length) < nameOf(own)) keys.push(key);
    for (const key of keys) await store.delete(key, signal).catch(() => undefined);
  };

  return {
    object: `${store.url.replace(/\/$/, '')}/${prefix.slice(0, -1)}`,
    read: look,

    async claim(signal) {
      const epoch = Math.max(last?.epoch ?? 0, atLeast()) + 1;
      const entry: Entry = { epoch, runId, who, takenAt: now().toISOString() };
      try {
        await put(`${nameOf(epoch)}.json`, entry, true, signal);
      } catch (thrown) {
        if (thrown instanceof KubestairError && thrown.code === 'BACKUP_EXISTS') return false;
        throw thrown;
      }
      own = epoch;
      await removeOlder(signal);
      return true;
    },

    async renew(signal) {
      const next = await get(`${nameOf(own + 1)}.json`, signal);
      if (next !== undefined) return { kept: false, holder: (JSON.parse(next) as Entry).runId };
      if ((await markOf(own, 'released', signal)) !== undefined) return { kept: false };
      await mark(own, 'alive', {}, signal);
      return { kept: true };
    },

    release: (signal) => mark(own, 'released', { by: runId }, signal),

    async takeAway(holder, reason, signal) {
      const held = await look(signal);
      if (held?.holder !== holder || last === undefined) return;
      await mark(last.epoch, 'released', { by: who, reason }, signal);
    },

    epoch: () => own,
  };
}

// Keys sort as the numbers do.
function nameOf(epoch: number): string {
  return String(epoch).padStart(8, '0');
}
