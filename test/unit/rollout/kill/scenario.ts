import type { FakeClock } from '../clock.ts';
import type { Machine } from './machine.ts';
import type { Process } from './process.ts';

/** Something that Kubestair does, in a world of its own. */
export interface Scenario {
  readonly name: string;
  open(clock: FakeClock): Trial;
}

export interface Trial {
  /** The world, where somebody else is to lay hands on it. */
  readonly machine?: Machine;
  /** Goes through it as one process; comes back once that is through. */
  run(process: Process, runId: string): Promise<void>;
  /** Fails where the world is not as an undisturbed run leaves it. */
  expectDone(): Promise<void>;
  /** Work that is never done twice, as often as it was begun. */
  started(): readonly string[];
}

/** Whether a process comes to its end or is killed. */
export async function lifeOf(trial: Trial, process: Process, runId: string): Promise<'ended' | 'killed'> {
  return await Promise.race([trial.run(process, runId).then(() => 'ended' as const), process.killed]);
}

/** Ids as those of real runs: a maintenance tells its age by them. */
export const RUNS = ['20261121T090000Z-0001', '20261121T091000Z-0002'] as const;
