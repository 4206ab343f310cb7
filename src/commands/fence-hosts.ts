import pLimit from 'p-limit';
import type { Connections } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { HostPlace } from '../providers/provider.ts';
import type { Lock } from '../rollout/lock/lock.ts';

const AT_ONCE = 20;

/**
 * Tells every host that a holder of the lock that looked dead may start nothing any more, should it wake up. A host that does
 * not answer is told later, as this run starts its first work there.
 * @throws KubestairError LOCK_LOST
 */
export async function fenceHosts(
  hosts: readonly HostPlace[],
  { epoch, signal }: Lock,
  { provider }: Pick<Connections, 'provider'>,
  log: Log,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    hosts.map((host) =>
      limit(async () => {
        try {
          await provider.fence(host, epoch, signal);
        } catch (thrown) {
          signal.throwIfAborted();
          if (!(thrown instanceof KubestairError) || thrown.code === 'LOCK_LOST') throw thrown;
          log.warn(`${host.name} could not be told that the lock was taken over: ${thrown.message}`);
        }
      }),
    ),
  );
}
