import { beforeEach, describe, expect, test } from 'vitest';
import type { VerifiedBackup } from '../../../src/backup/verified.ts';
import { known, unknown } from '../../../src/cluster/known.ts';
import { CORDONED_BY } from '../../../src/cluster/mapping.ts';
import type { EtcdObservation, Observation } from '../../../src/cluster/observation.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Step } from '../../../src/plan/plan.ts';
import { type RolloutResult, rollout, type StepRunner } from '../../../src/rollout/engine.ts';
import { openJournal, readLastRun } from '../../../src/rollout/journal.ts';
import { openStepRunner } from '../../../src/rollout/step-runner.ts';
import { takeBaseline } from '../../../src/rollout/workloads.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { config, member } from '../plan/sample.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { refused } from './fake-cluster.ts';
import { makeWorld, type World } from './world.ts';

const backup = { manifest: { startedAt: 'then', finishedAt: 'later' } } as unknown as VerifiedBackup;
const store = memoryStore();

let clock: FakeClock;
let world: World;
let runs = 0;

beforeEach(() => {
  clock = fakeClock();
  world = makeWorld(clock);
});

interface RunOptions {
  readonly signal?: AbortSignal;
  /** Stands between the engine and the steps. */
  readonly wrap?: (runner: StepRunner) => StepRunner;
  readonly observeEtcd?: () => Promise<Observation['etcd']>;
}

async function run({
  signal = new AbortController().signal,
  wrap = (runner) => runner,
  observeEtcd,
}: RunOptions = {}): Promise<RolloutResult> {
  runs += 1;
  const runId = `run-${String(runs).padStart(4, '0')}`;
  const log = recordedLog();
  const { kube } = world.cluster;
  const runner = openStepRunner({
    kube,
    provider: world.provider,
    config: config({
      gates: { timeoutSeconds: 120, checks: [] },
      drain: {
        timeoutSeconds: 120,
        deleteEmptyDir: false,
        force: false,
        onTimeout: 'stop',
        maxQuarantined: 1,
      },
    }),
    clock,
    runId,
    epoch: runs,
    baseline: await takeBaseline(kube, new AbortController().signal),
    ...(observeEtcd !== undefined && { observeEtcd }),
    backUp: async () => {},
  });
  const journal = openJournal({ store, cluster: 'prod', runId, clock, log });
  const result = await rollout(world.plan(), backup, { runner: wrap(runner), journal, clock, log, signal });
  await journal.flush(1000);
  return result;
}

function statesOf({ records }: RolloutResult): readonly string[] {
  return records.map(({ step, state }) => `${step.id.replace('v1.36.3/', '')} ${state}`);
}

function expectUpgraded(): void {
  for (const node of world.cluster.nodes.values()) {
    expect(node).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
    expect(node.annotations[CORDONED_BY]).toBeUndefined();
  }
  expect(world.least()).toBeGreaterThanOrEqual(2);
  expect(world.plan().steps).toEqual([]);
}

const WHOLE = 20;

test('a whole upgrade, in order, within budgets, and then there is nothing left to do', async () => {
  const result = await run();
  expect(result.stoppedBy).toBeUndefined();
  expect(new Set(result.records.map(({ state }) => state))).toEqual(new Set(['done']));
  expect(world.done).toEqual([
    ...['cp1', 'w1', 'w2'].map((name) => `${name}/stage`),
    'cp1/control-plane',
    'cp1/kubelet',
    ...['w1', 'w2'].flatMap((name) => [`${name}/node-config`, `${name}/kubelet`]),
  ]);
  expect(result.records).toHaveLength(WHOLE + 1);
  expectUpgraded();
});

describe.each(['before', 'after'] as const)('a process that dies %s the work of a step', (when) => {
  test.each(Array.from({ length: WHOLE + 1 }, (_, index) => index))(
    'step %i: the next run ends it, and does nothing twice',
    async (index) => {
      let count = 0;
      const dying = (runner: StepRunner): StepRunner => ({
        ...runner,
        async run(step, context) {
          const dies = count === index;
          count += 1;
          if (dies && when === 'before') throw new Error('killed');
          await runner.run(step, context);
          if (dies) throw new Error('killed');
        },
      });
      expect((await run({ wrap: dying })).stoppedBy).toBeDefined();
      const second = await run();
      expect(second.stoppedBy).toBeUndefined();
      expectUpgraded();
      expect(new Set(world.done).size).toBe(world.done.length);
      expect(world.done).toHaveLength(9);
    },
  );
});

describe('a run that is stopped', () => {
  test('starts no further step, and says which were not started', async () => {
    const stop = new AbortController();
    const interrupted = new KubestairError('INTERRUPTED', 'stopped by a signal');
    const wrap = (runner: StepRunner): StepRunner => ({
      ...runner,
      async run(step, context) {
        await runner.run(step, context);
        if (step.id === 'v1.36.3/w1/drain') stop.abort(interrupted);
      },
    });
    const result = await run({ signal: stop.signal, wrap });
    expect(result.stoppedBy).toBe(interrupted);
    const states = statesOf(result);
    expect(states.indexOf('w1/drain done')).toBeGreaterThan(0);
    expect(
      states.slice(states.indexOf('w1/drain done') + 1).every((state) => state.endsWith('not-started')),
    ).toBe(true);
    expect(world.cluster.nodes.get('w1')?.unschedulable).toBe(true);
    expect((await run()).stoppedBy).toBeUndefined();
    expectUpgraded();
  });

  test('in the middle of a wait is interrupted there', async () => {
    const stop = new AbortController();
    const wrap = (runner: StepRunner): StepRunner => ({
      ...runner,
      run(step, context) {
        if (step.id === 'v1.36.3/w1/drain')
          clock.at(clock.now().getTime() - Date.parse('2026-11-21T09:00:00Z') + 2500, () =>
            stop.abort(new KubestairError('INTERRUPTED', 'stopped')),
          );
        return runner.run(step, context);
      },
    });
    const result = await run({ signal: stop.signal, wrap });
    expect(statesOf(result)).toContain('w1/drain interrupted');
    expect(statesOf(result)).toContain('w1/kubelet not-started');
  });

  test('because the lock is lost has failed', async () => {
    const stop = new AbortController();
    const lost = new KubestairError('LOCK_LOST', 'another run holds it');
    const wrap = (runner: StepRunner): StepRunner => ({
      ...runner,
      async run(step) {
        if (step.kind === 'stage') stop.abort(lost);
        stop.signal.throwIfAborted();
      },
    });
    const result = await run({ signal: stop.signal, wrap });
    expect(result.stoppedBy).toBe(lost);
    expect(statesOf(result)[0]).toBe('cp1/stage failed');
  });
});

test('a failure stops the rollout, and is told with its code', async () => {
  const failing = (runner: StepRunner): StepRunner => ({
    ...runner,
    async run(step, context) {
      if (step.id === 'v1.36.3/w1/node-config')
        throw new KubestairError('STEP_FAILED', 'kubeadm says no', { next: 'mend it' });
      await runner.run(step, context);
    },
  });
  const result = await run({ wrap: failing });
  expect(result.stoppedBy).toMatchObject({ code: 'STEP_FAILED', next: 'mend it' });
  expect(statesOf(result)).toContain('w1/node-config failed');
  expect(statesOf(result)).toContain('w1/drain not-started');
  // The kubelet stays on the version whose configuration it has, and its node in service.
  expect(world.cluster.nodes.get('w1')).toMatchObject({ kubelet: 'v1.35.4', unschedulable: false });
});

test('the next node waits for the workloads of the last one', async () => {
  const broken = (runner: StepRunner): StepRunner => ({
    ...runner,
    async run(step, context) {
      await runner.run(step, context);
      if (step.id !== 'v1.36.3/cp1/uncordon') return;
      const pod = [...world.cluster.pods.values()].find(({ labels }) => labels.app === 'web');
      if (pod !== undefined) Object.assign(pod, { ready: false, finalizers: ['keep'] });
    },
  });
  const result = await run({ wrap: broken });
  expect(result.stoppedBy).toMatchObject({
    code: 'GATE_TIMEOUT',
    message: expect.stringContaining('Deployment/default/web'),
  });
  expect(statesOf(result)).toContain('cp1/settle failed');
  expect(world.done.filter((line) => line.startsWith('w1/'))).toEqual(['w1/stage']);
});

describe('etcd', () => {
  const etcd = (members: EtcdObservation['members'], alarms: readonly string[] = []) =>
    known({ topology: 'stacked' as const, members, alarms });
  const whole = etcd(['cp1', 'cp2', 'cp3'].map((name) => member(name)));

  test('is looked at before a control plane and after it', async () => {
    const looks: string[] = [];
    const observeEtcd = async () => {
      looks.push(world.done.at(-1) ?? '');
      return whole;
    };
    expect((await run({ observeEtcd })).stoppedBy).toBeUndefined();
    expect(looks[0]).toBe('w2/stage');
    expect(looks).toContain('cp1/kubelet');
  });

  test.each([
    [
      'a member that is down',
      etcd([member('cp1', { healthy: false }), member('cp2'), member('cp3')]),
      /cp1 is not healthy/,
    ],
    ['a learner', etcd([member('cp1', { learner: true }), member('cp2'), member('cp3')]), /cp1 is a learner/],
    ['no room to lose one', etcd([member('cp1'), member('cp2')]), /would lose its quorum/],
    ['an alarm', etcd([member('cp1')], ['NOSPACE on cp1']), /NOSPACE/],
    ['members that cannot be asked', unknown('no route'), /could not be read: no route/],
  ])('%s keeps the control plane as it is', async (_, state, message) => {
    const result = await run({ observeEtcd: async () => state });
    expect(result.stoppedBy).toMatchObject({ code: 'GATE_TIMEOUT', message: expect.stringMatching(message) });
    expect(world.done).not.toContain('cp1/control-plane');
  });

  test('that comes back late is waited for before anything else goes on', async () => {
    const observeEtcd = async () =>
      world.done.includes('cp1/control-plane') && clock.now().getTime() < Date.parse('2026-11-21T09:02:00Z')
        ? etcd([member('cp1', { healthy: false }), member('cp2'), member('cp3')])
        : whole;
    expect((await run({ observeEtcd })).stoppedBy).toBeUndefined();
    expectUpgraded();
  });
});

test('the API server may be away again and again', async () => {
  const quiet = world.cluster.fault;
  let refusals = 0;
  world.cluster.fault = (request, when) => {
    quiet(request, when);
    const second = clock.now().getTime() / 1000;
    if (when === 'after' || second % 30 < 15 || refusals > 60) return;
    refusals += 1;
    throw refused();
  };
  expect((await run()).stoppedBy).toBeUndefined();
  expect(refusals).toBeGreaterThan(20);
  expectUpgraded();
});

test('the journal tells what a run did', async () => {
  const failing = (runner: StepRunner): StepRunner => ({
    ...runner,
    async run(step: Step, context) {
      if (step.kind === 'control-plane') throw new KubestairError('STEP_FAILED', 'no');
      await runner.run(step, context);
    },
  });
  await run({ wrap: failing });
  const entries = await readLastRun(store, 'prod');
  expect(entries.map(({ step, event, detail }) => [step, event, detail])).toEqual([
    ...['cp1', 'w1', 'w2'].flatMap((name) => [
      [`v1.36.3/${name}/stage`, 'started', `Bring the packages and images of v1.36.3 to ${name}`],
      [`v1.36.3/${name}/stage`, 'done', undefined],
    ]),
    ['v1.36.3/cp1/control-plane', 'started', 'kubeadm upgrade apply v1.36.3 on cp1'],
    ['v1.36.3/cp1/control-plane', 'failed', 'STEP_FAILED: no'],
  ]);
});
