import type { PruneReport } from '../backup/prune.ts';
import { connectStore } from '../connect.ts';
import type { Outcome, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { outcomeOfError } from './outcome.ts';
import { pruneStore } from './prune-store.ts';

/** Deletes what the cluster file's rule does not keep. Asks nobody but the store. */
export async function prune(request: RequestOf<'prune'>, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  const dryRun = request.dryRun === true;
  const { report, stoppedBy } = await pruneStore(config, connectStore(config, io), dryRun, io);
  const done: Outcome = { state: dryRun ? 'ready' : hasChanged(report) ? 'changed' : 'nothing-to-do' };
  return {
    command: 'prune',
    outcome: stoppedBy === undefined ? done : outcomeOfError(stoppedBy),
    pruned: report,
  };
}

function hasChanged({ deleted, swept }: PruneReport): boolean {
  return deleted.length + swept > 0;
}
