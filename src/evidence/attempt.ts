import type { Grant } from '../cluster/grants.ts';
import { type Known, known, unknown, unknownFrom } from '../cluster/known.ts';
import { readable } from '../cluster/reads.ts';
import { KubestairError } from '../errors.ts';

/**
 * The outcome of reading something, or why it could not be read: one failure hides nothing else. Only an abort goes on up.
 * @param grant the right that it needs in the API, if it does
 */
export async function attempt<T>(
  work: () => Promise<T>,
  { signal, grant }: { readonly signal?: AbortSignal | undefined; readonly grant?: Grant } = {},
): Promise<Known<T>> {
  try {
    return grant === undefined ? known(await work()) : await readable(grant, work);
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof KubestairError) return unknownFrom(thrown);
    return unknown(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
