import pLimit from 'p-limit';
import type { VerifiedBackup } from '../backup/verified.ts';
import { asRequestError } from '../cluster/api.ts';
import { asKubestairError, ERRORS, type KubestairError } from '../errors.ts';
import type { ApprovedPlan } from '../plan/approved.ts';
import type { Step } from '../plan/plan.ts';
import { unitsOf } from '../plan/units.ts';
import type { Clock } from '../ports/clock.ts';
import { KubeStatusError } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import type { Journal } from './journal.ts';
import type { Doable, StepRecord } from './timeline.ts';

/** How each kind of step is carried out. */
export interface StepRunner<S extends Doable = Step> {
  /** Looks at the world, not at the journal. */
  isDone(step: S, signal: AbortSignal): Promise<boolean>;
  run(step: S, context: StepRunContext): Promise<void>;
}

export interface StepRunContext {
  /** Live output for people, a line at a time. */
  readonly say: (line: string) => void;
  /** A wait or retry worth keeping in the step's record. */
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface RolloutDeps<S extends Doable = Step> {
  readonly runner: StepRunner<S>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Lanes of a unit that go on side by side; default one. */
  readonly atOnce?: number;
}

export interface RolloutResult<S extends Doable = Step> {
  readonly records: readonly StepRecord<S>[];
  /** What stopped the rollout; absent when all steps are done. */
  readonly stoppedBy?: unknown;
}

/** Carries out the steps of a plan after its first backup, which was taken already. */
export async function rollout(
  plan: ApprovedPlan,
  backup: VerifiedBackup,
  deps: RolloutDeps,
): Promise<RolloutResult> {
  const [first, ...rest] = plan.steps;
  if (first?.kind !== 'backup') return await carryOutAll(plan.steps, deps);
  const { records, ...end } = await carryOutAll(rest, deps, 1);
  return { records: [recordOfBackup(first, backup), ...records], ...end };
}

/**
 * Carries out steps unit by unit: within a unit the lanes go on side by side, each step of a lane after the one before it. A step that
 * the world shows done is not done again. After a failure or an abort no further lane and no further unit is begun; lanes at work go
 * on to their end after a failure, so that no node is left half-way that need not be. What was not started is recorded so: the same
 * command goes on from there.
 * @param before how many steps there were before these, for people who count
 */
export async function carryOutAll<S extends Doable>(
  steps: readonly S[],
  deps: RolloutDeps<S>,
  before = 0,
): Promise<RolloutResult<S>> {
  const total = before + steps.length;
  const positions = new Map(steps.map((step, index) => [step, `${before + index + 1}/${total}`]));
  const records = new Map<S, StepRecord<S>>();
  let stop: Stop | undefined;
  const carryOutLane = async (lane: readonly S[], alone: boolean): Promise<void> => {
    for (const step of lane) {
      const { record, stoppedBy } = await carryOut(step, positions.get(step) ?? '', alone, deps);
      records.set(step, record);
      if (stoppedBy === undefined) continue;
      stop ??= { by: stoppedBy };
      return;
    }
  };
  for (const unit of unitsOf(steps)) {
    const alone = unit.lanes.length < 2;
    const limit = pLimit(deps.atOnce ?? 1);
    await Promise.all(
      unit.lanes.map((lane) =>
        limit(async () => {
          if (stop === undefined) await carryOutLane(lane, alone);
        }),
      ),
    );
    if (stop === undefined) await carryOutLane(unit.after, true);
    if (stop !== undefined) break;
  }
  return {
    records: steps.map((step) => records.get(step) ?? notBegun(step)),
    ...(stop !== undefined && { stoppedBy: stop.by }),
  };
}

interface Stop {
  readonly by: unknown;
}

/** Records of steps that a run never came to. */
export function notStarted<S extends Doable>(steps: readonly S[]): readonly StepRecord<S>[] {
  return steps.map(notBegun);
}

function notBegun<S extends Doable>(step: S): StepRecord<S> {
  return { step, state: 'not-started', notes: [] };
}

function recordOfBackup(step: Step, { manifest }: VerifiedBackup): StepRecord {
  return { step, state: 'done', startedAt: manifest.startedAt, finishedAt: manifest.finishedAt, notes: [] };
}

interface Carried<S extends Doable> {
  readonly record: StepRecord<S>;
  readonly stoppedBy?: unknown;
}

async function carryOut<S extends Doable>(
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
  const finish = (state: StepRecord['state'], error?: string): StepRecord<S> => {
    const finishedAt = clock.now().toISOString();
    return { step, state, startedAt, finishedAt, notes, ...(error !== undefined && { error }) };
  };
  try {
    if (await runner.isDone(step, signal)) {
      journal.record(step.id, 'was-done');
      log.info(`[${position}] ${step.id}: done before`);
      return { record: finish('was-done') };
    }
    journal.record(step.id, 'started', step.does);
    const context: StepRunContext = {
      say: (line) => log.progress(step.id, alone ? line : `${step.node}: ${line}`),
      note: (line) => {
        notes.push(line);
        log.info(alone ? line : `${step.node}: ${line}`);
      },
      signal,
    };
    const title = `[${position}] ${step.node ?? 'cluster'}: ${step.does}`;
    if (alone) await log.group(title, () => runner.run(step, context));
    else {
      // Groups of lanes would be folded into each other.
      log.info(title);
      await runner.run(step, context);
    }
    journal.record(step.id, 'done');
    return { record: finish('done') };
  } catch (thrown) {
    const error = toError(signal.aborted ? signal.reason : thrown, step);
    const state = ERRORS[error.code].kind === 'interrupted' ? 'interrupted' : 'failed';
    journal.record(step.id, state, `${error.code}: ${error.message}`);
    return { record: finish(state, error.message), stoppedBy: error };
  }
}

function toError(thrown: unknown, step: Doable): KubestairError {
  return thrown instanceof KubeStatusError ? asRequestError(thrown, step.id) : asKubestairError(thrown);
}
