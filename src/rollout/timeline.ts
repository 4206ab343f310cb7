import type { Step } from '../plan/plan.ts';

/** A step as far as the engine knows it: plain data with a name. */
export interface Doable {
  readonly id: string;
  /** Absent for steps of the whole cluster. */
  readonly node?: string;
  /** For people: what it does, as a short sentence. */
  readonly does: string;
  /** Steps of one batch are one unit, see plan/units.ts. */
  readonly batch?: string;
  /** What is through once it is done; what a batch ends with is done although one of its nodes was given up. */
  readonly closes?: string;
  /** Begun only if no node before it was given up. */
  readonly needsAll?: true;
}

/** What became of one step in one run. */
export interface StepRecord<S extends Doable = Step> {
  readonly step: S;
  readonly state: 'done' | 'was-done' | 'failed' | 'quarantined' | 'interrupted' | 'not-started';
  /** RFC 3339; absent for steps that were not started. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Waits and retries worth telling, for example which budget held a drain up. */
  readonly notes: readonly string[];
  readonly error?: string;
}
