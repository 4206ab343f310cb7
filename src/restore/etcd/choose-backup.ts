import { type CatalogDeps, listBackups } from '../../backup/catalog.ts';
import type { Manifest } from '../../backup/manifest.ts';
import { KubestairError } from '../../errors.ts';
import type { BackupSummary } from '../../report/model.ts';

/** A backup that holds a snapshot of etcd. */
export type RestorableBackup = BackupSummary & {
  readonly manifest: Manifest & { readonly etcd: NonNullable<Manifest['etcd']> };
};

/** Id of the newest complete backup with a snapshot of etcd. @throws KubestairError BACKUP_NOT_FOUND, and of the store */
export async function latestWithEtcd(cluster: string, deps: CatalogDeps): Promise<string> {
  const backups = await listBackups(cluster, Number.POSITIVE_INFINITY, deps);
  const found = backups.find(({ manifest }) => manifest.etcd !== undefined && manifest.state === 'complete');
  if (found !== undefined) return found.manifest.id;
  throw new KubestairError('BACKUP_NOT_FOUND', `no complete backup of ${cluster} has a snapshot of etcd`, {
    object: `${deps.store.url}/${cluster}/`,
    next: 'Look whether spec.backup.store and metadata.name are those that backups were taken with.',
  });
}

/** @throws KubestairError BACKUP_WITHOUT_ETCD */
export function requireEtcd(backup: BackupSummary): RestorableBackup {
  if (hasEtcd(backup)) return backup;
  throw new KubestairError('BACKUP_WITHOUT_ETCD', 'the backup holds no snapshot of etcd', {
    object: backup.manifest.id,
    next: 'Choose another backup, or bring single objects back with kubestair restore resources.',
  });
}

function hasEtcd(backup: BackupSummary): backup is RestorableBackup {
  return backup.manifest.etcd !== undefined;
}
