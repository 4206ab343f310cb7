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
}

/** What became of one step in one run. */
export interface StepRecord<S extends Doable = Step> {
  readonly step: S;
  readonly state: 'done' | 'was-done' | 'failed' | 'interrupted' | 'not-started';
  /** RFC 3339; absent for steps that were not started. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Waits and retries worth telling, for example which budget held a drain up. */
  readonly notes: readonly string[];
  readonly error?: string;
}
