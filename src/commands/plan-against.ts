import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { KubestairError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { readObservation, type SavedObservation, unreadable } from '../plan/saved/document.ts';
import { type PlanBasis, replan } from '../plan/saved/record.ts';
import { planningOf } from '../providers/planning.ts';
import type { RunIo } from '../request/io.ts';
import type { PlanRequest } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import type { MadePlan } from './plan.ts';

/**
 * Plans from a saved observation: no cluster and no host is asked. Without a cluster file of the request it takes the one that the
 * observation was saved with.
 * @throws KubestairError OBSERVATION_INVALID
 */
export async function planAgainst(request: PlanRequest, io: RunIo): Promise<MadePlan> {
  const file = request.against ?? '';
  const saved = readObservation(await readText(path.resolve(io.cwd, file), file), file);
  const { given } = saved.basis;
  const { config, versionAt, source } =
    request.file === ''
      ? { ...given, source: { file: saved.file, versionAt: given.versionAt } }
      : await loadCluster(request, io);
  const changed = { config, versionAt, tool: io.tool };
  const plan = await planAgain(saved, changed, file, io.tool);
  const observed = { file, savedAt: saved.savedAt };
  return {
    plan,
    basis: { ...saved.basis, given: { ...given, ...changed } },
    source: { ...source, observed },
  };
}

/** What an older or newer Kubestair saved may lack what a check looks at: that is no defect of this one. */
async function planAgain(
  { basis, tool }: SavedObservation,
  changed: Partial<PlanBasis['given']>,
  file: string,
  ownTool: string,
): Promise<Plan> {
  try {
    return await replan(basis, planningOf(changed.config ?? basis.given.config), changed);
  } catch (thrown) {
    if (thrown instanceof KubestairError || tool === ownTool) throw thrown;
    throw unreadable(`it was saved by ${tool} and lacks what ${ownTool} looks at`, file, thrown);
  }
}

async function readText(file: string, named: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw unreadable('it does not exist or cannot be read', named, thrown);
  }
}
