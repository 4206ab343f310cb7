import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Etcd, EtcdStatus } from '../ports/etcd.ts';
import type { Log } from '../ports/log.ts';
import type { SnapshotPart } from './manifest.ts';
import type { PartStore } from './parts.ts';
import { metered, startMeter } from './progress.ts';
import { checkSnapshot } from './snapshot-trailer.ts';
import type { BackupWitness } from './witness.ts';

const ATTEMPTS = 3;
const CATCH_UP_MILLISECONDS = 30_000;
const POLL_MILLISECONDS = 500;

export interface SnapshotDeps {
  /** A connection to a healthy member, chosen anew each time. */
  readonly openEtcd: (signal: AbortSignal) => Promise<Etcd>;
  readonly parts: PartStore;
  readonly witness?: BackupWitness | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Streams a snapshot of one member into the backup and checks its trailer on the way. When the stream breaks off, a healthy member
 * is looked for again, since the one that gave it may be gone.
 * @param atLeast Resource version of the export. The snapshot holds it too, so that an export can be proved by its snapshot: a
 *   resource version is a revision of etcd, and a member may lag behind the one that the API server read from.
 * @throws KubestairError SNAPSHOT_CUT, SNAPSHOT_HASH, ETCD_UNHEALTHY, those of the store and of `openEtcd`
 */
export async function takeSnapshot(atLeast: string, deps: SnapshotDeps): Promise<SnapshotPart> {
  for (let attempt = 1; ; attempt++) {
    const etcd = await deps.openEtcd(deps.signal);
    try {
      return await snapshotOf(etcd, BigInt(atLeast), deps);
    } catch (error) {
      deps.signal.throwIfAborted();
      const broken = error instanceof KubestairError && error.code === 'SNAPSHOT_CUT';
      if (!broken || attempt === ATTEMPTS) throw error;
      deps.log.warn(`${error.message} (${etcd.endpoint}); looking for a healthy member again`);
    } finally {
      await etcd.close();
    }
  }
}

async function snapshotOf(etcd: Etcd, atLeast: bigint, deps: SnapshotDeps): Promise<SnapshotPart> {
  const { parts, signal } = deps;
  const status = await caughtUp(etcd, atLeast, deps);
  const members = await etcd.members(signal);
  const member = members.find((candidate) => candidate.id === status.memberId)?.name || status.memberId;
  const meter = startMeter('etcd snapshot', deps);
  const stream = etcd.snapshot(signal);
  const witnessed = deps.witness?.snapshot(stream) ?? stream;
  const snapshot = checkSnapshot(metered(witnessed, meter), etcd.endpoint);
  const part = await parts.write('etcd/snapshot.db', snapshot, signal);
  deps.log.info(`etcd snapshot of member ${member}: ${meter.summary()}`);
  return {
    member,
    memberId: status.memberId,
    etcdVersion: status.version,
    revision: String(status.revision),
    trailerSha256: snapshot.trailerSha256(),
    part,
  };
}

async function caughtUp(
  etcd: Etcd,
  atLeast: bigint,
  { clock, signal }: Pick<SnapshotDeps, 'clock' | 'signal'>,
): Promise<EtcdStatus> {
  const deadline = clock.monotonic() + CATCH_UP_MILLISECONDS;
  for (;;) {
    const status = await etcd.status(signal);
    if (status.learner) throw unhealthy(etcd, 'is a learner, which gives no snapshots');
    if (status.revision >= atLeast) return status;
    if (clock.monotonic() >= deadline) {
      throw unhealthy(etcd, `is at revision ${status.revision}, behind the cluster's ${atLeast}`);
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

function unhealthy(etcd: Etcd, finding: string): KubestairError {
  return new KubestairError('ETCD_UNHEALTHY', `the etcd member ${finding}`, {
    object: etcd.endpoint,
    next: 'Look at `etcdctl endpoint status --cluster` and the log of that member.',
  });
}
