import { asKubestairError } from '../errors.ts';
import { blockedError } from '../plan/approved.ts';
import type { Plan } from '../plan/plan.ts';
import { failureOf } from '../report/ending.ts';
import type { Outcome } from '../report/model.ts';

/** What a plan alone ends with. */
export function outcomeOfPlan(plan: Plan): Outcome {
  switch (plan.verdict) {
    case 'ready':
      return { state: 'ready' };
    case 'nothing-to-do':
      return { state: 'nothing-to-do' };
    case 'blocked':
      return outcomeOfError(blockedError(plan));
  }
}

/** What a run ends with that stopped on something thrown. */
export function outcomeOfError(thrown: unknown): Outcome {
  return failureOf(asKubestairError(thrown), undefined).outcome;
}
