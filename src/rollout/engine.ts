import pLimit from 'p-limit';
import type { VerifiedBackup } from '../backup/verified.ts';
import type { KubestairError } from '../errors.ts';
import type { ApprovedPlan } from '../plan/approved.ts';
import type { Step } from '../plan/plan.ts';
import { type Unit, unitsOf } from '../plan/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { carryOut, notBegun } from './carry-out.ts';
import type { Journal } from './journal.ts';
import { isQuarantine, quarantineError } from './quarantine.ts';
import type { Doable, StepRecord } from './timeline.ts';

/** How each kind of step is carried out. */
export interface StepRunner<S extends Doable = Step> {
  /** Called before anything is done or looked at for a step. */
  begin?(step: S, signal: AbortSignal): Promise<void>;
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
  /** Comes back when these steps may begin, which belong together; throws to stop the rollout before them. */
  readonly mayBegin?: (steps: readonly S[]) => Promise<void>;
  /** Nodes that may be given up before the rollout stops; default none. */
  readonly maxQuarantined?: number;
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
 * on to their end after a failure, so that no node is left half-way that need not be. A node that is given up (NODE_QUARANTINED) ends
 * its own lane alone, and the rollout where something needs all nodes. What was not started is recorded so: the same command goes on
 * from there.
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
  const givenUp: KubestairError[] = [];
  let stop: Stop | undefined;
  const carryOutLane = async (lane: readonly S[], alone: boolean): Promise<void> => {
    let left = false;
    for (const step of lane) {
      if (left && step.closes === undefined) continue;
      const { record, stoppedBy } = await carryOut(step, positions.get(step) ?? '', alone, deps);
      records.set(step, record);
      if (stoppedBy === undefined) continue;
      if (!isQuarantine(stoppedBy)) {
        stop ??= { by: stoppedBy };
        return;
      }
      left = true;
      givenUp.push(stoppedBy);
      if (givenUp.length <= (deps.maxQuarantined ?? 0)) continue;
      stop ??= { by: quarantineError(givenUp) };
      return;
    }
  };
  for (const unit of unitsOf(steps)) {
    if (givenUp.length > 0 && needsAll(unit)) stop ??= { by: quarantineError(givenUp) };
    if (stop === undefined) stop = await refusalOf(unit, deps);
    if (stop !== undefined) break;
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
  }
  if (givenUp.length > 0) stop ??= { by: quarantineError(givenUp) };
  return {
    records: steps.map((step) => records.get(step) ?? notBegun(step)),
    ...(stop !== undefined && { stoppedBy: stop.by }),
  };
}

interface Stop {
  readonly by: unknown;
}

/** What keeps a unit from being begun: the end of a maintenance window. */
async function refusalOf<S extends Doable>(
  { lanes, after }: Unit<S>,
  { mayBegin }: RolloutDeps<S>,
): Promise<Stop | undefined> {
  try {
    await mayBegin?.([...lanes.flat(), ...after]);
    return undefined;
  } catch (by) {
    return { by };
  }
}

function needsAll<S extends Doable>({ lanes, after }: Unit<S>): boolean {
  return [...lanes.flat(), ...after].some((step) => step.needsAll === true);
}

/** Records of steps that a run never came to. */
export function notStarted<S extends Doable>(steps: readonly S[]): readonly StepRecord<S>[] {
  return steps.map(notBegun);
}

function recordOfBackup(step: Step, { manifest }: VerifiedBackup): StepRecord {
  return { step, state: 'done', startedAt: manifest.startedAt, finishedAt: manifest.finishedAt, notes: [] };
}
