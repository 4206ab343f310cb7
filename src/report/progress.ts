import type { StepRecord } from '../rollout/timeline.ts';

/** The records of a run by what became of them. */
export interface Progress {
  readonly done: readonly StepRecord[];
  readonly doneBefore: readonly StepRecord[];
  /** Failed or interrupted. */
  readonly stopped: readonly StepRecord[];
  readonly open: readonly StepRecord[];
}

export function progressOf(records: readonly StepRecord[]): Progress {
  return {
    done: records.filter((record) => record.state === 'done'),
    doneBefore: records.filter((record) => record.state === 'was-done'),
    stopped: records.filter((record) => record.state === 'failed' || record.state === 'interrupted'),
    open: records.filter((record) => record.state === 'not-started'),
  };
}

/** Whether a run did anything to a node. */
export function touchedNodes(records: readonly StepRecord[]): boolean {
  return records.some((record) => record.step.kind !== 'backup' && record.startedAt !== undefined);
}
