import { backup } from './commands/backup.ts';
import { backups } from './commands/backups.ts';
import { defrag } from './commands/defrag.ts';
import { drill } from './commands/drill.ts';
import { fetch } from './commands/fetch.ts';
import { maintain } from './commands/maintain.ts';
import { matrix } from './commands/matrix.ts';
import { plan } from './commands/plan.ts';
import { prune } from './commands/prune.ts';
import { restoreEtcd } from './commands/restore-etcd.ts';
import { restoreResources } from './commands/restore-resources.ts';
import { rollback } from './commands/rollback.ts';
import { status } from './commands/status.ts';
import { unlock } from './commands/unlock.ts';
import { upgrade } from './commands/upgrade.ts';
import { verify } from './commands/verify.ts';
import type { Result } from './report/model.ts';
import type { RunIo } from './request/io.ts';
import type { Request } from './request/request.ts';

/**
 * The engine behind the Action and the command line.
 * @throws KubestairError when the run ended before there was anything to report on: bad input, a lost connection
 */
export async function run(request: Request, io: RunIo): Promise<Result> {
  switch (request.command) {
    case 'plan':
      return plan(request, io);
    case 'backup':
      return backup(request, io);
    case 'backups':
      return backups(request, io);
    case 'prune':
      return prune(request, io);
    case 'verify':
      return verify(request, io);
    case 'drill':
      return drill(request, io);
    case 'fetch':
      return fetch(request, io);
    case 'upgrade':
      return upgrade(request, io);
    case 'status':
      return status(request, io);
    case 'maintain':
      return maintain(request, io);
    case 'defrag':
      return defrag(request, io);
    case 'restore-resources':
      return restoreResources(request, io);
    case 'restore-etcd':
      return restoreEtcd(request, io);
    case 'rollback':
      return rollback(request, io);
    case 'matrix':
      return matrix(request, io);
    case 'unlock':
      return unlock(request, io);
  }
}
