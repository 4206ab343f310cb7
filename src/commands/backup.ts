import type { PruneReport } from '../backup/prune.ts';
import { failedProof, shortcomingOf } from '../backup/verified.ts';
import { observe } from '../cluster/observe.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { type Connections, connect } from '../connect.ts';
import { asKubestairError } from '../errors.ts';
import type { BackupSummary, Outcome, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { BackupRequest } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { outcomeOfError } from './outcome.ts';
import { pruneStore } from './prune-store.ts';
import { newRunId } from './run-id.ts';
import { plainOrder, takeBackup } from './take-backup.ts';

/** Exports all resources, etcd and host files to the store, and proves what arrived there. Changes nothing in the cluster; prunes where the file says so. */
export async function backup(request: BackupRequest, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const observation = await observe({ ...connections, access: config.access, signal: io.signal });
  const order = plainOrder({ config, observation }, newRunId(io), request);
  const summary = await takeBackup(order, connections, io);
  const outcome = outcomeOf(summary);
  if (outcome.problem !== undefined || !config.backup.pruneAfterBackup)
    return { command: 'backup', outcome, backup: summary };
  const pruned = await pruneAfter(config, connections, io);
  return { command: 'backup', outcome, backup: summary, ...(pruned && { pruned }) };
}

/** The backup stands whatever becomes of this: what is not deleted today is deleted tomorrow. */
async function pruneAfter(
  config: ClusterConfig,
  { store }: Connections,
  io: RunIo,
): Promise<PruneReport | undefined> {
  const warn = (thrown: unknown): void => {
    const { code, message } = asKubestairError(thrown);
    io.log.warn(`the backup is complete, but old ones could not be pruned: ${message} (${code})`);
  };
  try {
    const { report, stoppedBy } = await pruneStore(config, store, false, io);
    if (stoppedBy !== undefined) warn(stoppedBy);
    return report;
  } catch (thrown) {
    warn(thrown);
    return undefined;
  }
}

/** A partial backup, or one that a proof speaks against, is kept, since some backup is better than none, but nobody may take it for a good one. */
function outcomeOf({ manifest }: BackupSummary): Outcome {
  const lack = shortcomingOf(manifest);
  const failed = failedProof(manifest);
  if (lack === undefined) return failed === undefined ? { state: 'changed' } : outcomeOfError(failed);
  const { code, message, next } = lack;
  return {
    state: 'failed',
    problem: { code, message: `the backup was kept, but it is ${message}`, object: manifest.id, next },
  };
}
