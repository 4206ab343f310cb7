import { describe, expect, test } from 'vitest';
import type { DefragStepKind } from '../../../src/defrag/plan.ts';
import type { StepKind } from '../../../src/plan/plan.ts';
import { fakeClock } from './clock.ts';
import { defragmentation } from './kill/defrag.ts';
import { maintenance } from './kill/maintain.ts';
import { type Kill, type Operation, startProcess } from './kill/process.ts';
import { lifeOf, RUNS, type Scenario } from './kill/scenario.ts';
import { replacement, upgrade } from './kill/upgrade.ts';

const SCENARIOS = [
  upgrade('an upgrade'),
  replacement('an upgrade that replaces workers'),
  maintenance('a maintenance'),
  defragmentation('a defragmentation of a full etcd'),
] as const;
const BESIDE = upgrade('an upgrade beside a foreign cordon', true);

/** Every kind of step there is has its place in the matrix: a new one does not compile until it has, and is not green until it is there. */
const KINDS = Object.keys({
  backup: true,
  stage: true,
  'control-plane': true,
  'node-config': true,
  drain: true,
  kubelet: true,
  ready: true,
  uncordon: true,
  settle: true,
  gate: true,
  hook: true,
  join: true,
  'carry-over': true,
  reset: true,
  remove: true,
  quorum: true,
  prepare: true,
  system: true,
  reboot: true,
  close: true,
  compact: true,
  defragment: true,
  pause: true,
  disarm: true,
} satisfies Record<StepKind | DefragStepKind, true>);

interface Undisturbed {
  readonly scenario: Scenario;
  readonly operations: readonly Operation[];
  readonly started: readonly string[];
}

async function undisturbed(scenario: Scenario): Promise<Undisturbed> {
  const clock = fakeClock();
  const trial = scenario.open(clock);
  const process = startProcess(clock);
  expect(await lifeOf(trial, process, RUNS[0])).toBe('ended');
  await trial.expectDone();
  return { scenario, operations: process.operations, started: trial.started() };
}

const whole = await Promise.all(SCENARIOS.map(undisturbed));
const beside = await undisturbed(BESIDE);

/** The first, the middle and the last call of each sort that each kind of step makes, before and after it had its effect. */
function killsOf({ operations }: Undisturbed): readonly (Kill & { readonly name: string })[] {
  const places = new Map<string, number[]>();
  for (const [at, { during, call }] of operations.entries()) {
    const key = `${during}: ${call}`;
    places.set(key, [...(places.get(key) ?? []), at]);
  }
  return [...places].flatMap(([key, all]) =>
    [...new Set([all.at(0), all.at(Math.floor(all.length / 2)), all.at(-1)])].flatMap((at = 0) =>
      (['before', 'after'] as const).map((when) => ({ at, when, name: `${when} ${key}, call ${at}` })),
    ),
  );
}

async function killAndGoOn(kill: Kill, { scenario, started }: Undisturbed): Promise<void> {
  const clock = fakeClock();
  const trial = scenario.open(clock);
  expect(await lifeOf(trial, startProcess(clock, kill), RUNS[0])).toBe('killed');
  expect(await lifeOf(trial, startProcess(clock), RUNS[1])).toBe('ended');
  await trial.expectDone();
  // The same work everywhere as if nothing had happened, none of it twice.
  expect(trial.started().toSorted()).toEqual(started.toSorted());
}

test('the matrix has every kind of step in it', () => {
  const seen = new Set(whole.flatMap(({ operations }) => operations.map(({ during }) => during)));
  expect(KINDS.filter((kind) => !seen.has(kind))).toEqual([]);
});

describe.each(whole.map((each) => [each.scenario.name, each] as const))('%s that is killed', (_, each) => {
  test.each(killsOf(each))('$name: the next run ends it, and nothing is done twice', async (kill) => {
    await killAndGoOn(kill, each);
  });
});

describe(`${BESIDE.name} that is killed`, () => {
  test.each(killsOf(beside).filter(({ name }) => /nodes/.test(name)))(
    '$name: the cordon is still there',
    async (kill) => {
      await killAndGoOn(kill, beside);
    },
  );
});
