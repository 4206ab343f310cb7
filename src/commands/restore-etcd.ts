import { connect } from '../connect.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import { invalid } from '../request/make-request.ts';
import type { RequestOf } from '../request/request.ts';
import { latestWithEtcd } from '../restore/etcd/choose-backup.ts';
import { carryOutRestore } from './carry-out-restore.ts';
import { loadCluster } from './load-cluster.ts';

/**
 * Puts etcd back to a backup on every control plane. The API server may be down: what is to be done is read from the backup and from
 * the hosts.
 */
export async function restoreEtcd(request: RequestOf<'restore-etcd'>, io: RunIo): Promise<Result> {
  const { from } = request;
  if (from === undefined) {
    throw invalid('The backup to restore is missing.', 'Name it with --from, or say --from latest.');
  }
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const { store } = connections;
  const { log, signal } = io;
  const choose = async () =>
    from === 'latest' ? await latestWithEtcd(config.name, { store, log, signal }) : from;
  return await carryOutRestore(request, config, choose, connections, io);
}
