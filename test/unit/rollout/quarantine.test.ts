import { beforeEach, expect, test } from 'vitest';
import type { VerifiedBackup } from '../../../src/backup/verified.ts';
import { CORDONED_BY } from '../../../src/cluster/mapping.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import { type ApprovedPlan, approve } from '../../../src/plan/approved.ts';
import { type RolloutResult, rollout } from '../../../src/rollout/engine.ts';
import { openJournal } from '../../../src/rollout/journal.ts';
import { openStepRunner } from '../../../src/rollout/step-runner.ts';
import { takeBaseline } from '../../../src/rollout/workloads.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { config } from '../plan/sample.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { makeWorld, type World } from './world.ts';

const backup = { manifest: { startedAt: 'then', finishedAt: 'later' } } as unknown as VerifiedBackup;
const WORKERS = ['w1', 'w2', 'w3'];

let clock: FakeClock;
let world: World;
let file: ClusterConfig;

beforeEach(() => {
  clock = fakeClock();
  start();
});

function start(over: Partial<ClusterConfig['drain']> = {}): void {
  file = config({
    gates: { timeoutSeconds: 120, checks: [] },
    drain: { ...config().drain, timeoutSeconds: 60, onTimeout: 'quarantine', ...over },
  });
  world = makeWorld(clock, { workers: WORKERS, config: file });
}

/** A pod that its budget never lets go. */
function hold(node: string): void {
  world.cluster.addPod(`held-${node}`, node, { labels: { app: `held-${node}` } });
  const matchLabels = { app: `held-${node}` };
  world.cluster.budgets.push({ name: `held-${node}`, matchLabels, minAvailable: 1 });
}

async function run(plan: ApprovedPlan = world.plan()): Promise<RolloutResult> {
  const signal = new AbortController().signal;
  const log = recordedLog();
  const { kube } = world.cluster;
  const journal = openJournal({ store: memoryStore(), cluster: 'prod', runId: 'run-1', clock, log });
  const baseline = await takeBaseline(kube, signal);
  const deps = { kube, provider: world.provider, config: file, clock, runId: 'run-1', epoch: 1, baseline };
  const runner = openStepRunner({ ...deps, backUp: async () => {} });
  const { maxQuarantined } = file.drain;
  return await rollout(plan, backup, { runner, journal, clock, log, signal, maxQuarantined });
}

const stateOf = ({ records }: RolloutResult, id: string) =>
  records.find(({ step }) => step.id === `v1.36.3/${id}`)?.state;

test('a worker that is not drained in time is left cordoned and marked, and the others go on', async () => {
  hold('w1');
  const result = await run();
  expect(result.stoppedBy).toMatchObject({
    code: 'NODE_QUARANTINED',
    object: 'Node/w1',
    message: expect.stringMatching(/w1 is not drained after 60 s: pod default\/held-w1.*PodDisruptionBudget/),
    next: expect.stringContaining('run-1'),
  });
  expect(stateOf(result, 'w1/drain')).toBe('quarantined');
  expect(stateOf(result, 'w1/kubelet')).toBe('not-started');
  // What was evicted from it has to be well elsewhere before the next one is taken.
  expect(stateOf(result, 'w1/settle')).toBe('done');
  expect(world.cluster.nodes.get('w1')).toMatchObject({
    kubelet: 'v1.35.4',
    unschedulable: true,
    annotations: { [CORDONED_BY]: 'run-1' },
  });
  for (const name of ['cp1', 'w2', 'w3'])
    expect(world.cluster.nodes.get(name)).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
});

test('a later run takes it up again, and ends the upgrade', async () => {
  hold('w1');
  await run();
  world.cluster.budgets.pop();
  const second = await run();
  expect(second.stoppedBy).toBeUndefined();
  expect(world.cluster.nodes.get('w1')).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
  expect(new Set(world.done).size).toBe(world.done.length);
});

test('more of them than the file allows stop the rollout, which names each', async () => {
  hold('w1');
  hold('w2');
  const result = await run();
  expect(result.stoppedBy).toMatchObject({
    code: 'NODE_QUARANTINED',
    object: 'Node/w1, Node/w2',
    message: expect.stringMatching(/w1 is not drained[\s\S]*w2 is not drained/),
  });
  expect(world.cluster.nodes.get('w3')).toMatchObject({ kubelet: 'v1.35.4', unschedulable: false });
});

test('two of them go if the file says two', async () => {
  start({ maxQuarantined: 2 });
  hold('w1');
  hold('w2');
  expect((await run()).stoppedBy).toMatchObject({ code: 'NODE_QUARANTINED' });
  expect(world.cluster.nodes.get('w3')).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
});

test('a control plane is never left behind', async () => {
  hold('cp1');
  expect((await run()).stoppedBy).toMatchObject({ code: 'DRAIN_BLOCKED' });
  expect(world.done.filter((line) => line.includes('w1/node-config'))).toEqual([]);
});

test('without the policy the rollout stops there', async () => {
  start({ onTimeout: 'stop' });
  hold('w1');
  expect((await run()).stoppedBy).toMatchObject({ code: 'DRAIN_BLOCKED' });
  expect(world.cluster.nodes.get('w2')?.kubelet).toBe('v1.35.4');
});

test('what needs all nodes is not begun without one', async () => {
  hold('w1');
  const { steps } = world.plan();
  const next = { ...steps[0], id: 'v1.37.1/backup', kind: 'backup' as const, needsAll: true as const };
  delete (next as { node?: string }).node;
  delete (next as { batch?: string }).batch;
  const longer = approve({ steps: [...steps, next], findings: [], hash: 'h' } as unknown as ApprovedPlan);
  const result = await run(longer);
  expect(result.records.at(-1)).toMatchObject({ step: { id: 'v1.37.1/backup' }, state: 'not-started' });
  expect(result.stoppedBy).toMatchObject({ code: 'NODE_QUARANTINED' });
});

test('the plan says what comes of a node that is not drained in time', () => {
  const says = (node: string) =>
    world.plan().steps.find(({ kind, node: of }) => kind === 'drain' && of === node)?.does;
  expect(says('w1')).toBe('Cordon and drain w1; after 1m 00s, leave it cordoned and go on');
  expect(says('cp1')).toBe('Cordon and drain cp1');
  start({ onTimeout: 'force' });
  expect(says('w1')).toBe('Cordon and drain w1; after 1m 00s, delete what is left past its budgets');
});
