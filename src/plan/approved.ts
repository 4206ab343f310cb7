import { KubestairError } from '../errors.ts';
import { isBlocking } from './blocking.ts';
import { planDrift } from './drift/drift.ts';
import type { Plan } from './plan.ts';

declare const approved: unique symbol;

/** A plan that may be carried out. Only approve() makes one, and the rollout takes nothing else. */
export type ApprovedPlan = Plan & { readonly [approved]: true };

/**
 * Approves a plan that nothing blocks and, where one was approved before, that is still the same plan.
 * @param before what a person approved: its hash, and the plan itself where it is known, to say what differs
 * @throws KubestairError PLAN_DRIFT, PLAN_BLOCKED
 */
export function approve(
  plan: Plan,
  before: { readonly hash?: string; readonly plan?: Plan } = {},
): ApprovedPlan {
  if (before.hash !== undefined && before.hash !== plan.hash)
    throw driftError(plan, before.hash, before.plan);
  const blocked = blockedError(plan);
  if (blocked !== undefined) throw blocked;
  return plan as ApprovedPlan;
}

function driftError(plan: Plan, approvedHash: string, approved: Plan | undefined): KubestairError {
  const differences = approved === undefined ? [] : planDrift(approved, plan);
  const how =
    approved === undefined
      ? ' To be told what differs, give upgrade the approved plan itself: --plan FILE.'
      : '';
  return new KubestairError('PLAN_DRIFT', `the plan is now ${plan.hash}, but ${approvedHash} was approved`, {
    object: `cluster ${plan.cluster}`,
    evidence: differences,
    next: `The cluster, the file or Kubestair changed since. Look at a new plan and approve that one.${how}`,
  });
}

/** Why a plan may not be carried out: its first blocker, and how many more; undefined when nothing blocks it. */
export function blockedError({ findings }: Pick<Plan, 'findings'>): KubestairError | undefined {
  const blockers = findings.filter(isBlocking);
  const [first] = blockers;
  if (first === undefined) return undefined;
  const more = blockers.length > 1 ? `, and ${blockers.length - 1} more` : '';
  return new KubestairError('PLAN_BLOCKED', `${first.object}: ${first.message}${more}`, {
    object: first.object,
    ...(first.location !== undefined && { location: first.location }),
    next: first.remedy,
  });
}
