import type { Step } from '../plan/plan.ts';

/** What became of one step in one run. */
export interface StepRecord {
  readonly step: Step;
  readonly state: 'done' | 'was-done' | 'failed' | 'interrupted' | 'not-started';
  /** RFC 3339; absent for steps that were not started. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Waits and retries worth telling, for example which budget held a drain up. */
  readonly notes: readonly string[];
  readonly error?: string;
}
