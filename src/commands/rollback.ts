import { type Connections, connect } from '../connect.ts';
import type { BackupSummary, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { readBackedUpNodes } from '../restore/etcd/backed-up-nodes.ts';
import { backupBeforeHop, type UpgradeBackup, upgradeBackups } from '../restore/etcd/before-hop.ts';
import { carryOutRestore } from './carry-out-restore.ts';
import { loadCluster } from './load-cluster.ts';
import { openBackup } from './open-backup.ts';

/** Takes the last hop of an upgrade back: everything that it changed becomes what the backup of before it has. */
export async function rollback(request: RequestOf<'rollback'>, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const choose = async () => request.from ?? (await chooseBackup(request, config, connections, io));
  return await carryOutRestore(request, config, choose, connections, io);
}

/** Id of the backup that the last upgrade made before its last hop, or of the one that an unfinished rollback is of. */
async function chooseBackup(
  { access }: RequestOf<'rollback'>,
  { name, access: { ssh } }: Parameters<typeof carryOutRestore>[1],
  { store, provider }: Connections,
  io: RunIo,
): Promise<string> {
  const backups = await upgradeBackups(name, { store, log: io.log, signal: io.signal });
  const sourceOf = async ({ manifest }: BackupSummary) =>
    (await openBackup(manifest.id, name, access.ageIdentityFile, store, io)).source;
  const nodesOf = async ({ backup }: UpgradeBackup) =>
    readBackedUpNodes(backup.manifest, await sourceOf(backup), ssh.addresses, io.signal);
  const [newest] = backups;
  const now =
    newest === undefined
      ? { newest: undefined, unfinished: undefined }
      : await provider.restorer.versions(await nodesOf(newest), io.signal);
  return await backupBeforeHop(name, backups, now, async (backup) =>
    provider.restorer.mixed(backup.manifest, await sourceOf(backup), io.signal),
  );
}
