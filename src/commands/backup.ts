import { runBackup } from '../backup/run-backup.ts';
import { observe } from '../cluster/observe.ts';
import { connect } from '../connect.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { BackupRequest } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { newRunId } from './run-id.ts';

/** Exports all resources, etcd and host files to the store and proves what arrived. */
export async function backup(request: BackupRequest, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  await connections.store.probe(config.name, io.signal);
  const observation = await observe({ ...connections, access: config.access, signal: io.signal });
  const summary = await runBackup({ ...connections, ...io, config, observation, reason: 'backup', runId: newRunId(io) });
  return { command: 'backup', outcome: outcomeOfBackup(summary), backup: summary };
}
