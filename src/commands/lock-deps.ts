import { durationSeconds } from '../config/duration.ts';
import type { Connections } from '../connect.ts';
import type { RunIo } from '../request/io.ts';
import type { LockDeps } from '../rollout/lock/lock.ts';
import { whoRuns } from './who-runs.ts';

/** What a run that changes something takes its lock with; without `kube` the store's part has to do. */
export function lockDeps(
  { lockWait = '0s' }: { readonly lockWait?: string },
  runId: string,
  cluster: string,
  { kube, store }: Pick<Connections, 'store'> & Partial<Pick<Connections, 'kube'>>,
  { env, clock, log, signal }: RunIo,
): LockDeps {
  const waitSeconds = durationSeconds(lockWait);
  const who = whoRuns(env);
  return { ...(kube && { kube }), store, cluster, runId, who, waitSeconds, clock, log, signal };
}
