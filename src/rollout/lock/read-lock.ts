import type { Kube } from '../../ports/kube.ts';
import type { Store } from '../../ports/store.ts';
import { leasePlace } from './lease.ts';
import { LEASE_SECONDS } from './lock.ts';
import type { Held } from './place.ts';
import { storePlace } from './store-lock.ts';

/** Who holds the lock of a cluster, by the Lease, else by the store; undefined when it is free. @throws what the ports throw */
export async function readLock(
  kube: Kube,
  store: Store,
  cluster: string,
  signal?: AbortSignal,
): Promise<Held | undefined> {
  const nobody = { runId: '', who: '', now: () => new Date(0) };
  const lease = leasePlace({ kube, leaseSeconds: LEASE_SECONDS, epoch: () => 0, ...nobody });
  return (
    (await lease.read(signal)) ??
    (await storePlace({ store, cluster, atLeast: () => 0, ...nobody }).read(signal))
  );
}
