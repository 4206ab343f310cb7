import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Connections } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { invalid, readPlanFile } from '../plan/saved/plan-file.ts';
import type { RunIo } from '../request/io.ts';
import type { UpgradeRequest } from '../request/request.ts';
import { findPlan } from '../rollout/approved-plans.ts';
import { continuesRun, readLastRun } from '../rollout/journal.ts';

/** What a person agreed to before the run; empty where they agree by starting it. */
export interface Approval {
  readonly hash?: string;
  /** The whole plan, where it was given. */
  readonly plan?: Plan;
}

/**
 * Reads what was approved before anything is asked.
 * @throws KubestairError PLAN_FILE_INVALID, INPUT_INVALID
 */
export async function readApproval({ planHash, plan: file }: UpgradeRequest, io: RunIo): Promise<Approval> {
  if (file === undefined) return planHash === undefined ? {} : { hash: planHash };
  const plan = readPlanFile(await readText(path.resolve(io.cwd, file), file), file, io.tool);
  if (planHash === undefined || planHash === plan.hash) return { hash: plan.hash, plan };
  throw new KubestairError('INPUT_INVALID', `The plan in ${file} is ${plan.hash}, and not ${planHash}.`, {
    location: { file },
    next: 'Give the file of the approved plan, or its hash alone.',
  });
}

/**
 * What the plan of today is to be held against. An approval holds for what is left of its plan: a run that goes on with it needs
 * no new one.
 */
export async function approvalFor(
  plan: Plan,
  approval: Approval,
  { store }: Connections,
  io: RunIo,
): Promise<Approval> {
  const { hash } = approval;
  if (hash === undefined || hash === plan.hash) return approval;
  const lastRun = await readLastRun(store, plan.cluster, io.signal);
  if (continuesRun(lastRun, { hash, target: plan.target })) {
    io.log.info(`going on with run ${lastRun[0]?.runId}, which was approved as ${hash}`);
    return { hash: plan.hash };
  }
  const known =
    approval.plan ?? (await findPlan(plan.cluster, hash, io.tool, { store, log: io.log, signal: io.signal }));
  return { hash, ...(known !== undefined && { plan: known }) };
}

async function readText(file: string, named: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw invalid(named, 'it does not exist or cannot be read', thrown);
  }
}
