import { describe, expect, test } from 'vitest';
import type { VerifiedBackup } from '../../../src/backup/verified.ts';
import type { WorkersConfig } from '../../../src/config/workers.ts';
import { KubestairError } from '../../../src/errors.ts';
import { rollout, type StepRunner } from '../../../src/rollout/engine.ts';
import { openJournal } from '../../../src/rollout/journal.ts';
import { openStepRunner } from '../../../src/rollout/step-runner.ts';
import { takeBaseline } from '../../../src/rollout/workloads.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { config } from '../plan/sample.ts';
import { fakeClock } from './clock.ts';
import { makeWorld, type World } from './world.ts';

const backup = { manifest: { startedAt: 'then', finishedAt: 'later' } } as unknown as VerifiedBackup;
const WORKERS = ['w1', 'w2', 'w3', 'w4'];
const inPairs: WorkersConfig = {
  strategy: 'rolling',
  maxUnavailable: 2,
  order: [],
  perHop: true,
  parallel: 10,
};

function begin(workers: WorkersConfig = inPairs) {
  const clock = fakeClock();
  const file = config({
    workers,
    gates: { timeoutSeconds: 120, checks: [] },
    drain: { timeoutSeconds: 120, deleteEmptyDir: false, force: false, onTimeout: 'stop', maxQuarantined: 1 },
  });
  const world = makeWorld(clock, { workers: WORKERS, config: file });
  let awayAtMost = 0;
  const look = world.cluster.fault;
  world.cluster.fault = (request, when) => {
    look(request, when);
    const away = [...world.cluster.nodes.values()].filter(({ unschedulable }) => unschedulable).length;
    awayAtMost = Math.max(awayAtMost, away);
  };
  const run = async (
    wrap: (runner: StepRunner) => StepRunner = (runner) => runner,
    signal = new AbortController().signal,
  ) => {
    const log = recordedLog();
    const { kube } = world.cluster;
    const runner = openStepRunner({
      kube,
      provider: world.provider,
      config: file,
      clock,
      runId: 'run-1',
      epoch: 1,
      baseline: await takeBaseline(kube, signal),
      backUp: async () => {},
    });
    const journal = openJournal({ store: memoryStore(), cluster: 'prod', runId: 'run-1', clock, log });
    const began = clock.now().getTime();
    const result = await rollout(world.plan(), backup, {
      runner: wrap(runner),
      journal,
      clock,
      log,
      signal,
      atOnce: workers.parallel,
    });
    await journal.flush(1000);
    return { ...result, log, seconds: (clock.now().getTime() - began) / 1000 };
  };
  return { world, run, awayAtMost: () => awayAtMost };
}

function expectUpgraded(world: World): void {
  for (const node of world.cluster.nodes.values()) {
    expect(node).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
  }
  expect(world.least()).toBeGreaterThanOrEqual(2);
  expect(new Set(world.done).size).toBe(world.done.length);
  expect(world.plan().steps).toEqual([]);
}

test('two workers are away together, never more, and it takes less time than one by one', async () => {
  const pairs = begin();
  const together = await pairs.run();
  expect(together.stoppedBy).toBeUndefined();
  expect(pairs.awayAtMost()).toBe(2);
  expectUpgraded(pairs.world);
  const single = begin({ ...inPairs, maxUnavailable: 1 });
  const apart = await single.run();
  expect(single.awayAtMost()).toBe(1);
  expect(together.seconds).toBeLessThan(apart.seconds);
});

test('the second batch starts only after the first is through and the workloads are well', async () => {
  const { run } = begin();
  const { records } = await run();
  const timeOf = (id: string, which: 'startedAt' | 'finishedAt') =>
    records.find(({ step }) => step.id === `v1.36.3/${id}`)?.[which] ?? '';
  expect(timeOf('w2/settle', 'startedAt') >= timeOf('w1/uncordon', 'finishedAt')).toBe(true);
  expect(timeOf('w2/settle', 'startedAt') >= timeOf('w2/uncordon', 'finishedAt')).toBe(true);
  for (const name of ['w3', 'w4'])
    expect(timeOf(`${name}/node-config`, 'startedAt') >= timeOf('w2/settle', 'finishedAt')).toBe(true);
});

test('all at once respects how many hosts are worked on at the same time', async () => {
  const { world, run, awayAtMost } = begin({ strategy: 'all-at-once', perHop: true, parallel: 3 });
  expect((await run()).stoppedBy).toBeUndefined();
  expect(awayAtMost()).toBe(3);
  expectUpgraded(world);
});

test('a lane that fails lets the other one come to its end, and nothing more is begun', async () => {
  const { world, run } = begin();
  const failing = (runner: StepRunner): StepRunner => ({
    ...runner,
    async run(step, context) {
      if (step.id === 'v1.36.3/w1/node-config') throw new KubestairError('STEP_FAILED', 'kubeadm says no');
      await runner.run(step, context);
    },
  });
  const { records, stoppedBy } = await run(failing);
  expect(stoppedBy).toMatchObject({ code: 'STEP_FAILED' });
  const stateOf = (id: string) => records.find(({ step }) => step.id === `v1.36.3/${id}`)?.state;
  expect(stateOf('w1/drain')).toBe('not-started');
  expect(stateOf('w2/uncordon')).toBe('done');
  expect(stateOf('w2/settle')).toBe('not-started');
  expect(stateOf('w3/node-config')).toBe('not-started');
  expect(world.cluster.nodes.get('w2')).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
  expect((await run()).stoppedBy).toBeUndefined();
  expectUpgraded(world);
});

test('lanes say whose line it is', async () => {
  const { run } = begin();
  const { log } = await run();
  expect(log.lines.some((line) => /w1: .*Drain|w1: Cordon and drain w1/i.test(line))).toBe(true);
});

describe('a process that dies, all lanes with it', () => {
  test.each(Array.from({ length: 32 }, (_, index) => index))(
    'at step %i: the next run ends it',
    async (index) => {
      const { world, run, awayAtMost } = begin();
      let count = 0;
      const dying = (runner: StepRunner): StepRunner => ({
        ...runner,
        async run(step, context) {
          count += 1;
          if (count > index) throw new Error('killed');
          await runner.run(step, context);
        },
      });
      const first = await run(dying);
      expect(first.stoppedBy).toBeDefined();
      expect((await run()).stoppedBy).toBeUndefined();
      expect(awayAtMost()).toBeLessThanOrEqual(2);
      expectUpgraded(world);
    },
  );
});

test('an abort stops both lanes, and the next run goes on with the same two', async () => {
  const { world, run, awayAtMost } = begin();
  const stop = new AbortController();
  const interrupted = new KubestairError('INTERRUPTED', 'stopped by a signal');
  const wrap = (runner: StepRunner): StepRunner => ({
    ...runner,
    async run(step, context) {
      await runner.run(step, context);
      if (step.id === 'v1.36.3/w2/drain') stop.abort(interrupted);
    },
  });
  const { stoppedBy, records } = await run(wrap, stop.signal);
  expect(stoppedBy).toBe(interrupted);
  expect(records.filter(({ step, state }) => step.kind === 'kubelet' && state === 'done')).toHaveLength(1);
  expect((await run()).stoppedBy).toBeUndefined();
  expect(awayAtMost()).toBe(2);
  expectUpgraded(world);
});
