import { acceptedGroups } from '../backup/accepted-group.ts';
import { backupId } from '../backup/backup-id.ts';
import { runBackup } from '../backup/run-backup.ts';
import type { Observation } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Connections } from '../connect.ts';
import { dayOf } from '../plan/acceptance.ts';
import type { BackupSummary } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';

/**
 * Backs up an observed cluster: all resources, etcd, and the files of every control-plane host.
 * @param member Name or id of the etcd member to take the snapshot from; default a healthy one.
 */
export async function takeBackup(
  reason: 'backup' | 'upgrade',
  runId: string,
  config: ClusterConfig,
  observation: Observation,
  { kube, store, provider }: Connections,
  io: RunIo,
  member?: string,
): Promise<BackupSummary> {
  const controlPlanes = observation.nodes.filter((node) => node.role === 'control-plane');
  const request = {
    id: backupId(io.clock.now(), Buffer.from(io.random(2)).toString('hex')),
    tool: io.tool,
    cluster: { name: config.name, uid: observation.clusterUid, version: observation.apiServerVersion },
    reason,
    runId,
    recipients: config.backup.encryptTo,
    plainKeys: config.backup.plainKeys,
  };
  return await runBackup(request, {
    kube,
    store,
    acceptedGroups: acceptedGroups(config.accept, dayOf(io.clock.now())),
    ...(provider.capabilities.etcd && {
      openEtcd: (signal: AbortSignal) => provider.openEtcd(observation.nodes, member, signal),
    }),
    hosts: controlPlanes.map((node) => ({
      node: node.name,
      files: (signal) => provider.hostFiles(node, signal),
      encryption: (signal) => provider.encryptionConfiguration(node, signal),
    })),
    clock: io.clock,
    log: io.log,
    signal: io.signal,
  });
}
