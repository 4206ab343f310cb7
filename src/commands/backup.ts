import { missingKinds } from '../backup/verified.ts';
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
  const summary = await takeBackup('backup', newRunId(io), config, observation, connections, io);
  return { command: 'backup', outcome: outcomeOf(summary), backup: summary };
}

/** A partial backup is kept, since some backup is better than none, but nobody may take it for a whole one. */
function outcomeOf({ manifest }: BackupSummary): Outcome {
  if (manifest.state === 'complete') return { state: 'changed' };
  const missing = missingKinds(manifest).map(({ name, error }) => `${name} (${error})`);
  return {
    state: 'failed',
    problem: {
      code: 'BACKUP_PARTIAL',
      message: `the backup was kept, but it is without ${missing.join('; ')}`,
      object: manifest.id,
      next: 'Repair the API that does not answer, or give the user the right to list every kind; then back up again.',
    },
  };
}
