import { asKubestairError, ERRORS, type KubestairError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Outcome, Problem } from '../report/model.ts';

/** What a plan alone ends with. */
export function outcomeOfPlan(plan: Plan): Outcome {
  switch (plan.verdict) {
    case 'ready':
      return { state: 'ready' };
    case 'nothing-to-do':
      return { state: 'nothing-to-do' };
    case 'blocked':
      return { state: 'blocked', problem: blockedProblem(plan) };
  }
}

/** What a run ends with that stopped on something thrown. */
export function outcomeOfError(thrown: unknown): Outcome {
  const error = asKubestairError(thrown);
  const problem = problemOf(error);
  switch (ERRORS[error.code].kind) {
    case 'blocked':
      return { state: 'blocked', problem };
    case 'interrupted':
      return { state: 'interrupted', problem };
    case 'bad-input':
    case 'failed':
      return { state: 'failed', problem };
  }
}

function problemOf(error: KubestairError): Problem {
  return {
    code: error.code,
    message: error.message,
    ...(error.object !== undefined && { object: error.object }),
    ...(error.location !== undefined && { location: error.location }),
    ...(error.next !== undefined && { next: error.next }),
  };
}

function blockedProblem(plan: Plan): Problem {
  const blockers = plan.findings.filter(
    (finding) => finding.severity === 'blocking' || finding.severity === 'unknown',
  );
  const first = blockers[0];
  const more = blockers.length > 1 ? ` and ${blockers.length - 1} more` : '';
  return {
    code: 'PLAN_BLOCKED',
    message: first === undefined ? 'The plan is blocked.' : `${first.object}: ${first.message}${more}`,
    ...(first !== undefined && { object: first.object, next: first.remedy }),
  };
}
