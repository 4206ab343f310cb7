import { type CatalogDeps, listBackups } from '../../backup/catalog.ts';
import { acceptForUpgrade } from '../../backup/verified.ts';
import { compareVersions, versionOfTag } from '../../cluster/version.ts';
import { asKubestairError, KubestairError } from '../../errors.ts';
import type { BackupSummary } from '../../report/model.ts';
import { readApproved } from '../../rollout/journal.ts';
import type { HostVersions } from './restorer.ts';

/** A backup that an upgrade made, and the version that the upgrade was to lead to, where its journal says so. */
export interface UpgradeBackup {
  readonly backup: BackupSummary;
  readonly target: string | undefined;
}

/** The backups that upgrades of a cluster made, newest first. @throws KubestairError of the store */
export async function upgradeBackups(cluster: string, deps: CatalogDeps): Promise<readonly UpgradeBackup[]> {
  const backups = await listBackups(cluster, Number.POSITIVE_INFINITY, deps);
  const made = backups.filter(({ manifest }) => manifest.reason === 'upgrade');
  return await Promise.all(
    made.map(async (backup) => {
      const approved = await readApproved(deps.store, cluster, backup.manifest.runId, deps.signal);
      return { backup, target: approved?.target };
    }),
  );
}

/**
 * Which backup a rollback goes back to: the newest proven one of an older version. One of the version that the cluster has tells of the
 * middle of a hop, where a run went on; if its upgrade was to lead further, that hop was taken back already or never begun, and
 * what is older than it is none of a rollback's business.
 * @param backups of upgrades, newest first
 * @param mixedIn names the control planes that had another minor than a backup says: it was taken in the middle of a hop
 * @returns its id
 * @throws KubestairError ROLLBACK_NOTHING, ROLLBACK_NO_BACKUP
 */
export async function backupBeforeHop(
  cluster: string,
  backups: readonly UpgradeBackup[],
  { newest, unfinished }: HostVersions,
  mixedIn: (backup: BackupSummary) => Promise<readonly string[]>,
): Promise<string> {
  if (unfinished !== undefined) return unfinished;
  const refused: string[] = [];
  for (const { backup, target } of backups) {
    const { id, cluster: then } = backup.manifest;
    const isOlder = newest === undefined || compareVersions(then.version, newest) < 0;
    if (!isOlder) {
      const midHop = target !== undefined && newest !== undefined && isUpTo(target, newest);
      if (midHop) continue;
      throw new KubestairError(
        'ROLLBACK_NOTHING',
        `the cluster is at ${newest}, as it was at its last backup before an upgrade (${id}): there is nothing to roll back`,
        {
          object: `cluster ${cluster}`,
          next: 'A backup of before an earlier upgrade is chosen with --from; kubestair restore etcd puts only the data back.',
        },
      );
    }
    const lack = lackOf(backup);
    if (lack !== undefined) {
      refused.push(`${id}: ${lack}`);
      continue;
    }
    const mixed = await mixedIn(backup);
    if (mixed.length === 0) return id;
    refused.push(`${id}: ${mixed.join(', ')} had another minor than ${then.version}`);
  }
  throw new KubestairError(
    'ROLLBACK_NO_BACKUP',
    `the store has no proven backup that an upgrade of ${cluster} made before its last hop${refused.length === 0 ? '' : ` (${refused.join('; ')})`}`,
    {
      object: `cluster ${cluster}`,
      next: 'Name a backup of the minor before with --from, if there is one.',
    },
  );
}

function isUpTo(target: string, newest: NonNullable<HostVersions['newest']>): boolean {
  const version = versionOfTag(target);
  return version !== undefined && compareVersions(version, newest) <= 0;
}

function lackOf(backup: BackupSummary): string | undefined {
  if (backup.manifest.etcd === undefined) return 'it holds no snapshot of etcd';
  try {
    acceptForUpgrade(backup);
    return undefined;
  } catch (thrown) {
    return asKubestairError(thrown).message;
  }
}
