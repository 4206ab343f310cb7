import type { Step } from '../plan/plan.ts';
import type { Doable, StepRecord } from '../rollout/timeline.ts';

/** The records of a run by what became of them. */
export interface Progress<S extends Doable = Step> {
  readonly done: readonly StepRecord<S>[];
  readonly doneBefore: readonly StepRecord<S>[];
  /** Failed, given up or interrupted. */
  readonly stopped: readonly StepRecord<S>[];
  readonly open: readonly StepRecord<S>[];
}

export function progressOf<S extends Doable>(records: readonly StepRecord<S>[]): Progress<S> {
  return {
    done: records.filter((record) => record.state === 'done'),
    doneBefore: records.filter((record) => record.state === 'was-done'),
    stopped: records.filter(({ state }) => ['failed', 'quarantined', 'interrupted'].includes(state)),
    open: records.filter((record) => record.state === 'not-started'),
  };
}

/** Whether a run did anything to a node. */
export function touchedNodes(records: readonly StepRecord[]): boolean {
  return records.some((record) => record.step.kind !== 'backup' && record.startedAt !== undefined);
}
