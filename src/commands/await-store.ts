import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { isStoreAway, patiently } from '../rollout/patience.ts';

/** A rollout that has begun would rather wait for its store than stop between two hops. */
const PATIENCE_SECONDS = 300;

/** Comes back once the store takes what is written to it. @throws KubestairError STORE_* when it does not within five minutes */
export async function awaitStore(
  store: Store,
  cluster: string,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const onWait = () => log.warn('the store does not answer; waiting up to 5 minutes for it');
  const patience = { clock, signal, seconds: PATIENCE_SECONDS, when: isStoreAway, onWait };
  await patiently(() => store.probe(`${cluster}/`, signal), patience);
}
