import { describe, expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import type { GateCheck, Hook, Level } from '../../../src/config/gates.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import { unitsOf } from '../../../src/plan/units.ts';
import { workersMustPass } from '../../../src/providers/kubeadm/due.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import { cluster, config, controlPlane, NOW, VERSION_AT, worker } from './sample.ts';

const gate = (at: Level): GateCheck => ({
  name: `g-${at}`,
  at,
  probe: { kind: 'command', command: 'true' },
  timeoutSeconds: 60,
  soakSeconds: at === 'run' ? 30 : 0,
});
const hook = (when: Hook['when'], at: Level): Hook => ({
  name: `${when}-${at}`,
  when,
  at,
  command: 'true',
  timeoutSeconds: 60,
});
const LEVELS: readonly Level[] = ['node', 'hop', 'run'];
const hooks = LEVELS.flatMap((at) => [hook('before', at), hook('after', at)]);
const gates = { timeoutSeconds: 600, checks: LEVELS.map(gate) };

function plan(observation: Observation, over: Parameters<typeof config>[0] = {}) {
  const input = {
    config: config({ version: 'v1.37.1', via: ['v1.36.3'], gates, hooks, ...over }),
    versionAt: VERSION_AT,
    observation,
    tool: 'kubestair/0.1.0',
    provider: { steps: kubeadmSteps, workersMustPass },
    now: NOW,
  };
  return buildPlan(input, planRoute(input), []);
}

const start = cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')]);
const done = (over: Partial<Observation> = {}): Observation => ({
  ...cluster([controlPlane('cp1', 'v1.37.1'), worker('w1', 'v1.37.1')], {
    configuredVersion: known('v1.37.1'),
  }),
  ...over,
});
const idsOf = (observation: Observation, over = {}) => plan(observation, over).steps.map(({ id }) => id);
const userIds = (observation: Observation, over = {}) =>
  plan(observation, over)
    .steps.filter(({ kind }) => kind === 'gate' || kind === 'hook')
    .map(({ id }) => id);

test('gates and hooks lie around nodes, hops and the run, gates before what follows success', () => {
  expect(userIds(start)).toEqual([
    'v1.36.3/run/hook-before-run',
    'v1.36.3/hook-before-hop',
    ...['cp1', 'w1'].flatMap((node) => [
      `v1.36.3/${node}/hook-before-node`,
      `v1.36.3/${node}/gate-g-node`,
      `v1.36.3/${node}/hook-after-node`,
    ]),
    'v1.36.3/gate-g-hop',
    'v1.36.3/hook-after-hop',
    'v1.37.1/hook-before-hop',
    ...['cp1', 'w1'].flatMap((node) => [
      `v1.37.1/${node}/hook-before-node`,
      `v1.37.1/${node}/gate-g-node`,
      `v1.37.1/${node}/hook-after-node`,
    ]),
    'v1.37.1/gate-g-hop',
    'v1.37.1/hook-after-hop',
    'v1.37.1/run/gate-g-run',
    'v1.37.1/run/hook-after-run',
  ]);
});

test('nothing of the file’s own comes before the backup, or the packages of a node', () => {
  const ids = idsOf(start);
  expect(ids.slice(0, 4)).toEqual([
    'v1.36.3/backup',
    'v1.36.3/run/hook-before-run',
    'v1.36.3/hook-before-hop',
    'v1.36.3/cp1/stage',
  ]);
  expect(ids.indexOf('v1.36.3/w1/hook-before-node')).toBeLessThan(ids.indexOf('v1.36.3/w1/node-config'));
  expect(ids.indexOf('v1.36.3/w1/gate-g-node')).toBeGreaterThan(ids.indexOf('v1.36.3/w1/uncordon'));
});

test('ids are unique, and those of a node are in its lane', () => {
  const { steps } = plan(start);
  expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
  const lanes = unitsOf(steps).flatMap((unit) => unit.lanes);
  const lane = lanes.find((each) => each.some(({ id }) => id === 'v1.36.3/w1/drain'))?.map(({ id }) => id);
  expect(lane?.[0]).toBe('v1.36.3/w1/hook-before-node');
  expect(lane?.at(-1)).toBe('v1.36.3/w1/hook-after-node');
});

test('what has to follow is owed from the first step on, and paid by the last', () => {
  const { steps } = plan(start);
  const opens = steps.flatMap(({ id, opens: scopes = [] }) => scopes.map((scope) => `${scope} ${id}`));
  const pays = steps.flatMap(({ id, pays: scopes = [] }) => scopes.map((scope) => `${scope} ${id}`));
  expect(opens).toEqual([
    'run v1.36.3/run/hook-before-run',
    'hop/v1.36.3 v1.36.3/hook-before-hop',
    'node/cp1 v1.36.3/cp1/hook-before-node',
    'node/w1 v1.36.3/w1/hook-before-node',
    'hop/v1.37.1 v1.37.1/hook-before-hop',
    'node/cp1 v1.37.1/cp1/hook-before-node',
    'node/w1 v1.37.1/w1/hook-before-node',
  ]);
  expect(pays).toEqual([
    'node/cp1 v1.36.3/cp1/hook-after-node',
    'node/w1 v1.36.3/w1/hook-after-node',
    'hop/v1.36.3 v1.36.3/hook-after-hop',
    'node/cp1 v1.37.1/cp1/hook-after-node',
    'node/w1 v1.37.1/w1/hook-after-node',
    'hop/v1.37.1 v1.37.1/hook-after-hop',
    'run v1.37.1/run/hook-after-run',
  ]);
});

test('a file without gates and hooks gets none, and owes nothing', () => {
  const { steps } = plan(start, { gates: { timeoutSeconds: 600, checks: [] }, hooks: [] });
  expect(steps.filter(({ kind }) => kind === 'gate' || kind === 'hook')).toEqual([]);
  expect(steps.flatMap(({ opens = [], pays = [] }) => [...opens, ...pays])).toEqual([]);
});

describe('what an earlier run owes', () => {
  test('is done although every node is at the target', () => {
    const { steps, verdict, hops } = plan(done({ owed: ['node/w1', 'hop/v1.37.1', 'run'] }));
    expect(verdict).toBe('ready');
    expect(hops).toEqual([]);
    expect(steps.map(({ id }) => id)).toEqual([
      'v1.37.1/w1/gate-g-node',
      'v1.37.1/w1/hook-after-node',
      'v1.37.1/gate-g-hop',
      'v1.37.1/hook-after-hop',
      'v1.37.1/run/gate-g-run',
      'v1.37.1/run/hook-after-run',
    ]);
    expect(steps.flatMap(({ pays = [] }) => pays)).toEqual(['node/w1', 'hop/v1.37.1', 'run']);
  });

  test('comes before anything else is begun, and not twice', () => {
    const half = cluster([controlPlane('cp1', 'v1.36.3'), worker('w1', 'v1.35.4')], {
      configuredVersion: known('v1.36.3'),
      owed: ['node/cp1', 'hop/v1.36.3', 'run'],
    });
    const ids = userIds(half);
    expect(ids.slice(0, 2)).toEqual(['v1.36.3/cp1/gate-g-node', 'v1.36.3/cp1/hook-after-node']);
    expect(ids.filter((id) => id === 'v1.36.3/gate-g-hop')).toHaveLength(1);
    expect(ids.filter((id) => id.endsWith('gate-g-run'))).toHaveLength(1);
  });

  test('of a hop that is through comes before the next one', () => {
    const between = cluster([controlPlane('cp1', 'v1.36.3'), worker('w1', 'v1.36.3')], {
      configuredVersion: known('v1.36.3'),
      owed: ['hop/v1.36.3', 'run'],
    });
    expect(idsOf(between).slice(0, 4)).toEqual([
      'v1.37.1/backup',
      'v1.36.3/gate-g-hop',
      'v1.36.3/hook-after-hop',
      'v1.37.1/run/hook-before-run',
    ]);
  });

  test('is nothing to a file that has no gates and hooks, or for nodes that are gone', () => {
    expect(
      plan(done({ owed: ['run', 'node/w1'] }), { gates: { timeoutSeconds: 1, checks: [] }, hooks: [] })
        .verdict,
    ).toBe('nothing-to-do');
    expect(idsOf(done({ owed: ['node/w9', 'nonsense', 'hop/../x'] }))).toEqual([]);
  });
});
