import type { Kube } from '../../ports/kube.ts';
import { leasePlace } from './lease.ts';
import { LEASE_SECONDS } from './lock.ts';

/**
 * Frees the Lease that came back with a backup: whoever held the lock when it was taken does not any more. To be used only by the
 * holder of the lock in the store.
 */
export async function freeStaleLease(kube: Kube, signal: AbortSignal): Promise<void> {
  const nobody = { runId: '', who: '', now: () => new Date(0), epoch: () => 0, leaseSeconds: LEASE_SECONDS };
  const lease = leasePlace({ kube, ...nobody });
  const held = await lease.read(signal);
  if (held !== undefined) await lease.takeAway(held.holder, 'it came back with a backup', signal);
}
