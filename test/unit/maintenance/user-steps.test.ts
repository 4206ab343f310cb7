import { describe, expect, it } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import type { MaintenanceFacts } from '../../../src/maintenance/facts.ts';
import { planMaintenance } from '../../../src/maintenance/plan.ts';
import { isOwedByMaintenance } from '../../../src/maintenance/user-steps.ts';
import { openDebts } from '../../../src/rollout/debts.ts';
import { cluster, config, controlPlane, GATES_AND_HOOKS, NOW, worker } from '../plan/sample.ts';
import { fakeClock } from '../rollout/clock.ts';
import { FakeCluster } from '../rollout/fake-cluster.ts';

const EARLIER = '20261121T080000Z-bbbb';
const file = config(GATES_AND_HOOKS);
const nodes = [controlPlane('cp1', 'v1.36.3'), worker('w1', 'v1.36.3'), worker('w2', 'v1.35.4')];
const facts = (over: Partial<MaintenanceFacts> = {}) =>
  known<MaintenanceFacts>({ updates: ['libc6'], warnings: [], bootId: 'now', ...over });
const done = facts({ record: { id: EARLIER, bootBefore: 'then', systemDone: true, closed: false } });

function stepsOf(found: Readonly<Record<string, ReturnType<typeof facts>>>, owed: readonly string[] = []) {
  return planMaintenance({
    config: file,
    observation: cluster(nodes, { owed }),
    facts: new Map(nodes.map(({ name }) => [name, found[name] ?? facts()])),
    onlyNeeded: false,
    runId: '20261121T120000Z-aaaa',
    tool: 'kubestair/0.1.0',
    now: NOW,
  }).steps;
}

describe('gates and hooks around a maintenance', () => {
  it('are those of the file around each node and the run, and none of a hop', () => {
    const steps = stepsOf({});
    const ids = steps.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual([
      'maintain/backup',
      'maintain/run/hook-before-run',
      'maintain/cp1/prepare',
    ]);
    expect(ids.filter((id) => id.startsWith('maintain/w1/'))).toEqual([
      'maintain/w1/prepare',
      'maintain/w1/hook-before-node',
      'maintain/w1/drain',
      'maintain/w1/system',
      'maintain/w1/reboot',
      'maintain/w1/ready',
      'maintain/w1/uncordon',
      'maintain/w1/settle',
      'maintain/w1/gate-node',
      'maintain/w1/hook-after-node',
      'maintain/w1/close',
    ]);
    expect(ids.slice(-5)).toEqual([
      'maintain/run/gate-run',
      'maintain/run/hook-after-run',
      'maintain/cp1/close',
      'maintain/w1/close',
      'maintain/w2/close',
    ]);
    expect(ids.filter((id) => id.includes('hop'))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const gate = steps.find(({ id }) => id === 'maintain/w2/gate-node');
    expect(gate?.hop).toEqual({ from: 'v1.35.4', to: 'v1.35.4' });
  });

  it('come first where a run that was cut off owes them, and only those of a maintenance', () => {
    const owed = ['maintain/run', 'maintain/node/w1', 'node/w1', 'hop/v1.36.3', 'run'];
    const ids = stepsOf({ cp1: done, w1: done }, owed).map(({ id }) => id);
    expect(ids.slice(0, 4)).toEqual([
      'maintain/w1/gate-node',
      'maintain/w1/hook-after-node',
      'maintain/run/hook-before-run',
      'maintain/w2/prepare',
    ]);
    expect(ids.filter((id) => id.startsWith('maintain/cp1'))).toEqual(['maintain/cp1/close']);
  });

  it('are what is left where all nodes are through and a gate of the run did not pass', () => {
    const found = { cp1: done, w1: done, w2: done };
    expect(stepsOf(found, ['maintain/run']).map(({ id }) => id)).toEqual([
      'maintain/run/gate-run',
      'maintain/run/hook-after-run',
      'maintain/cp1/close',
      'maintain/w1/close',
      'maintain/w2/close',
    ]);
    expect(stepsOf(found).map(({ kind }) => kind)).toEqual(['close', 'close', 'close']);
  });

  it('are forgotten by the command that is through with them, and by no other', async () => {
    const clock = fakeClock();
    const { signal } = new AbortController();
    const world = new FakeCluster(clock);
    const owed = ['run', 'maintain/run'];
    await openDebts(world.kube, clock, owed, isOwedByMaintenance).clear(signal);
    expect(world.debts).toEqual({ owed: 'run' });
    await openDebts(world.kube, clock, owed, (scope) => !isOwedByMaintenance(scope)).clear(signal);
    expect(world.debts).toEqual({ owed: 'maintain/run' });
  });
});
