import { backupId } from '../backup/backup-id.ts';
import { type EncryptionConfiguration, readEncryption } from '../backup/encryption.ts';
import type { Manifest, Proof } from '../backup/manifest.ts';
import { type BackupSource, openPart } from '../backup/unseal.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Connections } from '../connect.ts';
import { asKubestairError, KubestairError } from '../errors.ts';
import { scratchNeed } from '../proof/need.ts';
import { prove, type Wanted } from '../proof/prove.ts';
import { unmadeProofs } from '../proof/prover.ts';
import { openScratch } from '../proof/scratch.ts';
import { storedIndex } from '../proof/stored.ts';
import type { RunIo } from '../request/io.ts';
import { readBackedUpNodes, readLiveCluster } from '../restore/etcd/backed-up-nodes.ts';
import type { OpenBackup } from './open-backup.ts';
import { otherCluster } from './own-backup.ts';
import { openScratchMachine } from './scratch-place.ts';
import { whoRuns } from './who-runs.ts';

/** A backup in the store, and where its proofs are made. */
export interface StoredBackup extends OpenBackup {
  readonly config: ClusterConfig;
  readonly binaries: readonly string[];
}

/**
 * Makes proofs of a backup in the store with a scratch control plane.
 * @throws KubestairError BACKUP_WITHOUT_ETCD, BACKUP_OTHER_CLUSTER, IDENTITY_*; the signal's reason
 */
export async function proveStored(
  backup: StoredBackup,
  wanted: Wanted,
  connections: Connections,
  io: RunIo,
): Promise<readonly Proof[]> {
  const { manifest } = backup.summary;
  const { source } = backup;
  const { clock, log, signal } = io;
  const snapshot = manifest.etcd?.part;
  if (snapshot === undefined) throw withoutSnapshot(manifest.id);
  const encryption = await encryptionOf(manifest, source, io);
  const by = whoRuns(io.env);
  const startedAt = clock.now();
  const unmade = (thrown: unknown): readonly Proof[] =>
    unmadeProofs(thrown, startedAt, { wanted, version: manifest.cluster.version, by, clock, log });
  const place = {
    binaries: backup.binaries,
    id: backupId(clock.now(), Buffer.from(io.random(2)).toString('hex')),
    need: scratchNeed(snapshot.plain.bytes, wanted),
    controlPlanes: () => controlPlanesOf(backup, connections, signal),
  };
  let machine: Awaited<ReturnType<typeof openScratchMachine>>;
  try {
    machine = await openScratchMachine(place, connections, io, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof KubestairError && thrown.code === 'BACKUP_OTHER_CLUSTER') throw thrown;
    return unmade(thrown);
  }
  try {
    const scratch = openScratch({ machine, clients: connections.proving.clients, clock, log });
    log.progress('proof', `the snapshot goes to ${machine.name}`);
    await scratch.receive(openPart(snapshot, source, signal), signal);
    const index = storedIndex(manifest, source);
    return await prove({ manifest, index, encryption }, wanted, { scratch, by, clock, log, signal });
  } catch (thrown) {
    signal.throwIfAborted();
    return unmade(thrown);
  } finally {
    await machine.close().catch((thrown: unknown) => {
      log.warn(`the scratch machine was left to end by itself: ${asKubestairError(thrown).message}`);
    });
  }
}

/** The data of one cluster has no business on the hosts of another. */
async function controlPlanesOf(
  { config, summary: { manifest }, source }: StoredBackup,
  { kube }: Connections,
  signal: AbortSignal,
) {
  const { addresses } = config.access.ssh;
  const live = await readLiveCluster(kube, addresses, signal);
  if (live.known && live.value.uid !== manifest.cluster.uid) {
    throw otherCluster(
      manifest,
      `the API server at ${kube.server} is of the cluster with UID ${live.value.uid}`,
      'Name a directory of this machine with etcd, etcdutl and kube-apiserver with --binaries: nothing of the backup goes to a host then.',
    );
  }
  const nodes = live.known ? live.value.nodes : await readBackedUpNodes(manifest, source, addresses, signal);
  return nodes.filter(({ role }) => role === 'control-plane');
}

/** The keys of the control plane, as the backup keeps them; undefined where it has none. */
async function encryptionOf(
  { encryption = [] }: Manifest,
  source: BackupSource,
  { log, signal }: RunIo,
): Promise<EncryptionConfiguration | undefined> {
  const [first] = encryption;
  if (first === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of openPart(first.part, source, signal)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return readEncryption(first.node, { file: first.file, text }, log).configuration;
}

export function withoutSnapshot(id: string): KubestairError {
  return new KubestairError('BACKUP_WITHOUT_ETCD', 'the backup holds no snapshot of etcd to compare with', {
    object: id,
    next: 'Choose a backup with one, or take a new backup.',
  });
}
