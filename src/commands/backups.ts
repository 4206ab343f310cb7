import { type Holding, takeInventory } from '../backup/inventory.ts';
import { PROOF_KINDS } from '../backup/last-proof.ts';
import { proofResult } from '../backup/proven.ts';
import { shortcomingOf } from '../backup/verified.ts';
import { connectStore } from '../connect.ts';
import { backupUrl } from '../report/backup-facts.ts';
import type { Catalogue, ListedBackup, ListedFolder, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';

/** Lists what the store holds of a cluster. Asks nobody but the store. */
export async function backups(request: RequestOf<'backups'>, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  const store = connectStore(config, io);
  const holdings = await takeInventory(config.name, { store, log: io.log, signal: io.signal });
  const catalogue: Catalogue = {
    cluster: config.name,
    storeUrl: store.url,
    at: io.clock.now().toISOString(),
    backups: holdings.flatMap((held) => (held.kind === 'backup' ? [listed(held, store.url)] : [])),
    remains: holdings.flatMap((held) => (held.kind === 'remains' ? [folderOf(held)] : [])),
    unreadable: holdings.flatMap((held) =>
      held.kind === 'unreadable' ? [{ ...folderOf(held), reason: held.reason }] : [],
    ),
  };
  return { command: 'backups', outcome: { state: 'ready' }, catalogue };
}

function listed(held: Extract<Holding, { kind: 'backup' }>, storeUrl: string): ListedBackup {
  const { manifest } = held;
  const lack = shortcomingOf(manifest);
  return {
    ...folderOf(held),
    url: backupUrl({ manifest, storeUrl, prefix: `${manifest.cluster.name}/${manifest.id}/` }),
    startedAt: manifest.startedAt,
    finishedAt: manifest.finishedAt,
    reason: manifest.reason,
    state: manifest.state,
    ...(lack !== undefined && { lacks: lack.code }),
    clusterUid: manifest.cluster.uid,
    version: manifest.cluster.version,
    resourceVersion: manifest.resourceVersion,
    objects: manifest.resources.reduce((sum, { objects }) => sum + objects, 0),
    ...(manifest.etcd !== undefined && { etcdRevision: manifest.etcd.revision }),
    recipients: manifest.recipients.length,
    proofs: Object.fromEntries(
      PROOF_KINDS.flatMap((kind) => {
        const result = proofResult(manifest, kind);
        return result === undefined ? [] : [[kind, result]];
      }),
    ),
  };
}

function folderOf({ id, bytes, writtenAt }: Holding): ListedFolder {
  return { id, bytes, writtenAt };
}
