import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { loadClusterConfig } from '../config/load.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { ReadText } from '../config/version-from.ts';
import { openHistory } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import { DESCRIPTIONS } from '../plan/checks/registry.ts';
import { offlinePlan } from '../plan/offline.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { PlanRequest } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { outcomeOfError } from './outcome.ts';

/**
 * What the files alone say, for pull requests from forks, which get no secrets: no cluster, host or store is asked. It can
 * be read, and not approved.
 */
export async function planOffline(request: PlanRequest, io: RunIo): Promise<Result> {
  const { config, versionAt, source } = await loadCluster(request, io, readInside(io.cwd));
  const before = await configBefore(request, io);
  const offline = offlinePlan({ config, versionAt, tool: io.tool, before });
  const problem = new KubestairError(
    'PLAN_OFFLINE',
    'the plan was made from the files alone: no cluster was asked, so nobody may approve it',
    {
      location: versionAt,
      next: 'Somebody with access looks at the change, then plans it from a branch of the repository, or with kubestair plan.',
    },
  );
  return { command: 'plan', outcome: outcomeOfError(problem), offline, source };
}

/** A stranger's file may name other files: only those of the working directory are read. */
function readInside(cwd: string): ReadText {
  return async (file) => {
    const [root, real] = await Promise.all([realpath(cwd), realpath(path.resolve(cwd, file))]);
    if (!real.startsWith(`${root}${path.sep}`)) throw new Error('it lies outside of the working directory');
    return await readFile(real, 'utf8');
  };
}

/** A base that cannot be read is told in the plan; that alone is no error. */
async function configBefore(request: PlanRequest, io: RunIo): Promise<ClusterConfig | undefined> {
  const base = request.base ?? io.pullRequest?.base;
  if (base === undefined) return undefined;
  const history = openHistory(io);
  try {
    const readText = async (file: string): Promise<string> => {
      const text = await history.textAt(base, file, io.signal);
      if (text === undefined) throw new Error(`it is not in ${base}`);
      return text;
    };
    return (await loadClusterConfig(request.file, readText, DESCRIPTIONS)).config;
  } catch (thrown) {
    io.signal.throwIfAborted();
    io.log.warn(
      `${request.file} as it was in ${base} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`,
    );
    return undefined;
  }
}
