import { KubestairError } from '../errors.ts';
import { isBlocking } from './blocking.ts';
import type { Plan } from './plan.ts';

declare const approved: unique symbol;

/** A plan that may be carried out. Only approve() makes one, and the rollout takes nothing else. */
export type ApprovedPlan = Plan & { readonly [approved]: true };

/**
 * Approves a plan that nothing blocks and, where a hash was approved before, that is still the same plan.
 * @param expectedHash hash of the plan that a person approved
 * @throws KubestairError PLAN_DRIFT, PLAN_BLOCKED
 */
export function approve(plan: Plan, expectedHash?: string): ApprovedPlan {
  if (expectedHash !== undefined && expectedHash !== plan.hash) {
    throw new KubestairError('PLAN_DRIFT', `the plan is now ${plan.hash}, but ${expectedHash} was approved`, {
      object: `cluster ${plan.cluster}`,
      next: 'The cluster, the file or Kubestair changed since. Look at a new plan and approve that one.',
    });
  }
  const blocked = blockedError(plan);
  if (blocked !== undefined) throw blocked;
  return plan as ApprovedPlan;
}

/** Why a plan may not be carried out: its first blocker, and how many more; undefined when nothing blocks it. */
export function blockedError(plan: Plan): KubestairError | undefined {
  const blockers = plan.findings.filter(isBlocking);
  const [first] = blockers;
  if (first === undefined) return undefined;
  const more = blockers.length > 1 ? `, and ${blockers.length - 1} more` : '';
  return new KubestairError('PLAN_BLOCKED', `${first.object}: ${first.message}${more}`, {
    object: first.object,
    ...(first.location !== undefined && { location: first.location }),
    next: first.remedy,
  });
}
