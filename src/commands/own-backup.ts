import type { Manifest } from '../backup/manifest.ts';
import { openPart } from '../backup/unseal.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import type { RunIo } from '../request/io.ts';
import type { OpenBackup } from './open-backup.ts';

/** @throws KubestairError BACKUP_OTHER_CLUSTER where a backup is not of the cluster that the file means, and no other one was named */
export function requireOwn({ manifest }: OpenBackup['summary'], config: ClusterConfig): void {
  const { name, uid } = manifest.cluster;
  const { clusterUid } = config.access;
  if (name !== config.name || clusterUid === undefined || uid === clusterUid) return;
  const next = 'Give the file of that cluster, or choose another backup.';
  throw otherCluster(manifest, `spec.access.clusterUid is ${clusterUid}`, next);
}

/** A wrong identity is found before anything else is read. @throws KubestairError IDENTITY_WRONG, IDENTITY_MISSING, STORE_* */
export async function requireIdentity({ summary, source }: OpenBackup, { signal }: RunIo): Promise<void> {
  const parts = summary.manifest.resources.flatMap(({ part }) => part ?? []);
  const smallest = parts.toSorted((a, b) => a.sealed.bytes - b.sealed.bytes)[0];
  if (smallest === undefined) return;
  try {
    for await (const _chunk of openPart(smallest, source, signal));
  } catch (thrown) {
    // A damaged part is what is to be found out.
    if (thrown instanceof KubestairError && thrown.code === 'STORE_CORRUPT') return;
    throw thrown;
  }
}

export function otherCluster({ cluster, id }: Manifest, against: string, next: string): KubestairError {
  return new KubestairError(
    'BACKUP_OTHER_CLUSTER',
    `the backup is of cluster ${cluster.name} with UID ${cluster.uid}, but ${against}`,
    { object: id, next },
  );
}
