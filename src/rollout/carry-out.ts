import { asRequestError } from '../cluster/api.ts';
import { asKubestairError, ERRORS, type KubestairError } from '../errors.ts';
import { KubeStatusError } from '../ports/kube.ts';
import { formatSeconds } from '../report/units.ts';
import type { RolloutDeps, StepRunContext } from './engine.ts';
import { isQuarantine } from './quarantine.ts';
import type { Doable, StepRecord } from './timeline.ts';

/** What became of a step, and why it stopped, if it did. */
export interface Carried<S extends Doable> {
  readonly record: StepRecord<S>;
  readonly stoppedBy?: unknown;
}

/** A step that took this long is worth a line that says so. */
const LONG_SECONDS = 10;

/** What a step closes, for those who look on; batches are too many to be told each. */
const THROUGH: Readonly<Record<string, string>> = {
  'control-plane': 'The control plane is through and healthy',
  canaries: 'The canaries are through and healthy',
  hop: 'The hop is through, and the cluster as healthy as before',
};

/** Carries out one step, unless the world shows it done or the run was stopped. */
export async function carryOut<S extends Doable>(
  step: S,
  position: string,
  alone: boolean,
  deps: RolloutDeps<S>,
): Promise<Carried<S>> {
  const { runner, journal, clock, log, signal } = deps;
  if (signal.aborted) {
    return { record: notBegun(step), stoppedBy: signal.reason };
  }
  const notes: string[] = [];
  const startedAt = clock.now().toISOString();
  const began = clock.monotonic();
  const who = step.node ?? 'cluster';
  const finish = (state: StepRecord['state'], error?: string): StepRecord<S> => {
    const finishedAt = clock.now().toISOString();
    return { step, state, startedAt, finishedAt, notes, ...(error !== undefined && { error }) };
  };
  try {
    await runner.begin?.(step, signal);
    if (await runner.isDone(step, signal)) {
      journal.record(step.id, 'was-done');
      log.info(`[${position}] ${step.id}: done before`);
      return { record: finish('was-done') };
    }
    journal.record(step.id, 'started', step.does);
    const context: StepRunContext = {
      say: (line) => log.progress(step.id, `${who}: ${line}`, 'lasting'),
      note: (line) => {
        notes.push(line);
        log.info(`${who}: ${line}`);
      },
      signal,
    };
    const title = `[${position}] ${who}: ${step.does}`;
    if (alone) await log.group(title, () => runner.run(step, context));
    else {
      // Groups of lanes would be folded into each other.
      log.info(title);
      await runner.run(step, context);
    }
    journal.record(step.id, 'done');
    const took = (clock.monotonic() - began) / 1000;
    if (took >= LONG_SECONDS) log.info(`[${position}] ${who}: done in ${formatSeconds(took)}`);
    const through = THROUGH[step.closes ?? ''];
    if (through !== undefined) log.info(`[${position}] ${through}.`, 'milestone');
    return { record: finish('done') };
  } catch (thrown) {
    const error = toError(signal.aborted ? signal.reason : thrown, step);
    const state = stateAfter(error);
    journal.record(step.id, state === 'interrupted' ? state : 'failed', `${error.code}: ${error.message}`);
    return { record: finish(state, error.message), stoppedBy: error };
  } finally {
    log.progress(step.id, undefined);
  }
}

function stateAfter(error: KubestairError): 'failed' | 'quarantined' | 'interrupted' {
  const { code } = error;
  if (isQuarantine(error)) return 'quarantined';
  return ERRORS[code].kind === 'interrupted' ? 'interrupted' : 'failed';
}

function toError(thrown: unknown, step: Doable): KubestairError {
  return thrown instanceof KubeStatusError ? asRequestError(thrown, step.id) : asKubestairError(thrown);
}

/** The record of a step that a run never came to. */
export function notBegun<S extends Doable>(step: S): StepRecord<S> {
  return { step, state: 'not-started', notes: [] };
}
