import { shortcomingOf } from '../backup/verified.ts';
import { observe } from '../cluster/observe.ts';
import { connect } from '../connect.ts';
import type { BackupSummary, Outcome, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { BackupRequest } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { newRunId } from './run-id.ts';
import { takeBackup } from './take-backup.ts';

/** Exports all resources, etcd and host files to the store, and proves what arrived there. Changes nothing in the cluster. */
export async function backup(request: BackupRequest, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const observation = await observe({ ...connections, access: config.access, signal: io.signal });
  const summary = await takeBackup(
    'backup',
    newRunId(io),
    config,
    observation,
    connections,
    io,
    request.member,
  );
  return { command: 'backup', outcome: outcomeOf(summary), backup: summary };
}

/** A partial backup is kept, since some backup is better than none, but nobody may take it for a whole one. */
function outcomeOf({ manifest }: BackupSummary): Outcome {
  const lack = shortcomingOf(manifest);
  if (lack === undefined) return { state: 'changed' };
  const { code, message, next } = lack;
  return {
    state: 'failed',
    problem: { code, message: `the backup was kept, but it is ${message}`, object: manifest.id, next },
  };
}
