import { describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import { fakeClock } from './clock.ts';
import { ACCIDENTS, type Accident, meets } from './kill/accidents.ts';
import { type Operation, startProcess } from './kill/process.ts';
import { lifeOf, RUNS, type Trial } from './kill/scenario.ts';
import { upgrade } from './kill/upgrade.ts';

// Every accident that comes from outside, at every kind of step and every sort of call that it makes.

const scenario = upgrade('an upgrade');

const { operations, started } = await undisturbed();

async function undisturbed(): Promise<{ operations: readonly Operation[]; started: readonly string[] }> {
  const clock = fakeClock();
  const trial = scenario.open(clock);
  const process = startProcess(clock);
  await lifeOf(trial, process, RUNS[0]);
  return { operations: process.operations, started: trial.started() };
}

/** The first call of each sort that each kind of step makes. */
const places = [...operations.entries()]
  .filter(([at, { during, call }]) => {
    const first = operations.findIndex((each) => each.during === during && each.call === call);
    return at === first;
  })
  .map(([at, { during, call }]) => ({ at, during, call }));

/** What lasts longer than any step needs to begin at each kind of step only once. */
function placesOf(accident: Accident): typeof places {
  if (accident !== 'store' && accident !== 'clock') return places;
  return places.filter(({ at, during }) => at === operations.findIndex((each) => each.during === during));
}

/** What each accident may end a run with, once the first step was begun; none: it has to survive. */
const MAY_END: Readonly<Record<Accident, readonly string[]>> = {
  api: [],
  store: [],
  hosts: [],
  clock: [],
  lease: ['LOCK_LOST'],
  signal: ['INTERRUPTED'],
  hang: ['INTERRUPTED'],
};
/** Before anything is changed, whatever is away ends a run at once. */
const AT_ONCE = ['KUBE_UNREACHABLE', 'STORE_FAILED', 'HOST_UNREACHABLE'];
/** A runner that cancels kills after 7.5 s, and the report is to be written before. */
const MOST_MILLISECONDS = 5000;

async function endOf(trial: Trial, process: ReturnType<typeof startProcess>): Promise<string> {
  try {
    await trial.run(process, RUNS[0]);
    return 'ended';
  } catch (thrown) {
    return thrown instanceof KubestairError ? thrown.code : String(thrown);
  }
}

describe.each(Object.entries(ACCIDENTS))('%s', (_, accident) => {
  test.each(placesOf(accident))('at $during: $call', async ({ at, during }) => {
    const clock = fakeClock();
    const trial = scenario.open(clock);
    const { machine } = trial;
    if (machine === undefined) throw new Error('there is no world to lay hands on');
    const when: { at?: number } = {};
    const end = await endOf(trial, meets(startProcess(clock), accident, at, machine, clock, when));
    const took = clock.monotonic() - (when.at ?? 0);
    if (end !== 'ended') {
      const early = during === 'run' || during === 'backup' ? AT_ONCE : [];
      expect([...MAY_END[accident], ...early]).toContain(end);
      if (accident === 'signal' || accident === 'hang') expect(took).toBeLessThanOrEqual(MOST_MILLISECONDS);
      // Until what was away is back.
      await clock.sleep(300_000);
    }
    if (end !== 'ended' || accident === 'lease')
      expect(await lifeOf(trial, startProcess(clock), RUNS[1])).toBe('ended');
    await trial.expectDone();
    // The same work everywhere as if nothing had happened, none of it twice.
    expect(trial.started().toSorted()).toEqual(started.toSorted());
  });
});
