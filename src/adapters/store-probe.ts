import { buffer } from 'node:stream/consumers';
import { KubestairError } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import { CONDITIONAL } from './s3-errors.ts';

/**
 * Proves that a store does what backups and locks rest on: a create-only write, a second one that is refused, the same bytes
 * back, and a delete. A store that ignores create-only writes is refused, since two runs could then hold the same lock and a
 * manifest could be replaced unnoticed.
 * @param key A key that nothing else uses.
 * @throws KubestairError STORE_UNCONDITIONAL, STORE_CORRUPT, and what put(), get() and delete() throw
 */
export async function probeStore(
  store: Omit<Store, 'probe'>,
  key: string,
  signal?: AbortSignal,
): Promise<void> {
  const body = Buffer.from(`Kubestair writes, reads and deletes this object to prove that it can: ${key}\n`);
  await store.put(key, body, { createOnly: true, signal });
  try {
    const stored = await store.get(key, signal);
    const read = stored === undefined ? undefined : await buffer(stored);
    if (!read?.equals(body)) {
      const finding = read === undefined ? 'nothing' : `${read.length} other bytes`;
      throw new KubestairError('STORE_CORRUPT', `${body.length} bytes were written, ${finding} came back`, {
        object: `${store.url}/${key}`,
        next: 'Update the S3 server: some keep the framing of the request inside the object.',
      });
    }
    if (!(await refusesSecond(store, key, body, signal))) {
      const what = 'the store overwrites objects that were to be created only';
      throw new KubestairError('STORE_UNCONDITIONAL', what, { object: store.url, next: CONDITIONAL });
    }
  } finally {
    // Also after an interruption, when the signal would forbid it.
    await store.delete(key, signal?.aborted ? undefined : signal);
  }
}

async function refusesSecond(
  store: Pick<Store, 'put'>,
  key: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await store.put(key, Buffer.concat([body, body]), { createOnly: true, signal });
    return false;
  } catch (error) {
    if (error instanceof KubestairError && error.code === 'BACKUP_EXISTS') return true;
    throw error;
  }
}
