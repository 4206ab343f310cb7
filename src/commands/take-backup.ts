import { acceptedGroups } from '../backup/accepted-group.ts';
import { backupId } from '../backup/backup-id.ts';
import { runBackup } from '../backup/run-backup.ts';
import type { Observation, VersionText } from '../cluster/observation.ts';
import type { ClusterConfig, ProofLevel } from '../config/schema.ts';
import type { Connections } from '../connect.ts';
import { dayOf } from '../plan/acceptance.ts';
import { scratchNeed } from '../proof/need.ts';
import type { Wanted } from '../proof/prove.ts';
import { openProver, type Prover } from '../proof/prover.ts';
import type { BackupSummary } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import { openScratchMachine } from './scratch-place.ts';
import { whoRuns } from './who-runs.ts';

export interface BackupOrder {
  readonly reason: 'backup' | 'upgrade';
  readonly runId: string;
  readonly config: ClusterConfig;
  readonly observation: Observation;
  /** Version that the API servers have now; a further hop of an upgrade was not observed. */
  readonly version: VersionText;
  /** Name or id of the etcd member to take the snapshot from; default a healthy one. */
  readonly member?: string | undefined;
  /** Directories of this machine with programs to make proofs with; none for those of a control-plane host. */
  readonly binaries: readonly string[];
  readonly prove: ProofLevel;
  /** Version that a rehearsal is made with. */
  readonly rehearse?: VersionText;
}

/** A backup that no upgrade follows; a rehearsal belongs to one, which knows where it goes. */
export function plainOrder(
  { config, observation }: Pick<BackupOrder, 'config' | 'observation'>,
  runId: string,
  { binaries = [], member }: { readonly binaries?: readonly string[]; readonly member?: string },
): BackupOrder {
  const { prove = 'cross-proof' } = config.backup;
  return {
    reason: 'backup',
    runId,
    config,
    observation,
    version: observation.apiServerVersion,
    member,
    binaries,
    prove: prove === 'rehearsal' ? 'drill' : prove,
  };
}

/** Backs up an observed cluster, all resources, etcd and the files of every control-plane host, and proves what it took. */
export async function takeBackup(
  order: BackupOrder,
  connections: Connections,
  io: RunIo,
): Promise<BackupSummary> {
  const { reason, runId, config, observation, version, member } = order;
  const { kube, store, provider } = connections;
  const controlPlanes = controlPlanesOf(observation);
  const id = backupId(io.clock.now(), Buffer.from(io.random(2)).toString('hex'));
  const request = {
    id,
    tool: io.tool,
    cluster: { name: config.name, uid: observation.clusterUid, version },
    reason,
    runId,
    recipients: config.backup.encryptTo,
    plainKeys: config.backup.plainKeys,
    apiServer: await provider.apiServerSettings(controlPlanes, io.signal),
  };
  const prover = await openBackupProver(order, id, connections, io);
  try {
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
      witness: prover.witness,
      prove: prover.prove,
      by: whoRuns(io.env),
      clock: io.clock,
      log: io.log,
      signal: io.signal,
    });
  } finally {
    await prover.close();
  }
}

async function openBackupProver(
  { observation, version, binaries, prove, rehearse }: BackupOrder,
  id: string,
  connections: Connections,
  io: RunIo,
): Promise<Prover> {
  const { proving } = connections;
  const wanted: Wanted = {
    drill: prove !== 'cross-proof',
    ...(prove === 'rehearsal' && rehearse !== undefined && { rehearse }),
  };
  const place = {
    binaries,
    id,
    need: scratchNeed(databaseBytes(observation), wanted),
    controlPlanes: async () => controlPlanesOf(observation),
  };
  return openProver({
    openMachine: (signal) => openScratchMachine(place, connections, io, signal),
    clients: proving.clients,
    spool: await proving.openIndexSpool(io.tempDir),
    version,
    wanted,
    by: whoRuns(io.env),
    clock: io.clock,
    log: io.log,
    signal: io.signal,
  });
}

function controlPlanesOf({ nodes }: Observation): Observation['nodes'] {
  return nodes.filter((node) => node.role === 'control-plane');
}

function databaseBytes({ etcd }: Observation): number {
  return etcd.known ? Math.max(0, ...etcd.value.members.map(({ dbSizeBytes }) => dbSizeBytes)) : 0;
}
