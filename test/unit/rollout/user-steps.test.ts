import { beforeEach, describe, expect, test } from 'vitest';
import type { VerifiedBackup } from '../../../src/backup/verified.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import { openDebts } from '../../../src/rollout/debts.ts';
import { type RolloutResult, rollout, type StepRunner } from '../../../src/rollout/engine.ts';
import { openJournal } from '../../../src/rollout/journal.ts';
import { openStepRunner } from '../../../src/rollout/step-runner.ts';
import { takeBaseline } from '../../../src/rollout/workloads.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { config, GATES_AND_HOOKS } from '../plan/sample.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { refused } from './fake-cluster.ts';
import { makeWorld, type World } from './world.ts';

const backup = { manifest: { startedAt: 'then', finishedAt: 'later' } } as unknown as VerifiedBackup;
const file: ClusterConfig = config({
  ...GATES_AND_HOOKS,
  drain: { ...config().drain, timeoutSeconds: 120 },
});

let clock: FakeClock;
let world: World;
/** Commands as they ran, with the node and its kubelet's version. */
let commands: string[];
let failing: string | undefined;

beforeEach(() => {
  clock = fakeClock();
  world = makeWorld(clock, { config: file });
  commands = [];
  failing = undefined;
});

async function run(wrap: (runner: StepRunner) => StepRunner = (runner) => runner): Promise<RolloutResult> {
  const signal = new AbortController().signal;
  const log = recordedLog();
  const { kube } = world.cluster;
  const owed = (world.cluster.debts?.owed ?? '').split('\n').filter((scope) => scope !== '');
  const runner = openStepRunner({
    kube,
    provider: world.provider,
    config: file,
    clock,
    runId: 'run-1',
    epoch: 1,
    baseline: await takeBaseline(kube, signal),
    debts: openDebts(kube, clock, owed),
    user: {
      cluster: 'prod',
      web: { get: () => Promise.reject(new Error('no web here')) },
      commands: {
        run: async (command, { env }) => {
          const node = env.KUBESTAIR_NODE ?? '';
          const at = node === '' ? '' : ` ${node} ${world.cluster.nodes.get(node)?.kubelet}`;
          commands.push(`${command}${at}`);
          return { exitCode: command === failing ? 1 : 0, lines: ['words'] };
        },
      },
    },
    backUp: async () => {},
  });
  const journal = openJournal({ store: memoryStore(), cluster: 'prod', runId: 'run-1', clock, log });
  return await rollout(world.plan(), backup, { runner: wrap(runner), journal, clock, log, signal });
}

const OF_NODES = ['cp1', 'w1', 'w2'].flatMap((node) => [
  `before node ${node} v1.35.4`,
  `gate node ${node} v1.36.3`,
  `after node ${node} v1.36.3`,
]);
const ALL = ['before run', 'before hop', ...OF_NODES, 'gate hop', 'after hop', 'gate run', 'after run'];

function expectThrough(): void {
  for (const node of world.cluster.nodes.values())
    expect(node).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false });
  expect(world.cluster.debts).toBeUndefined();
  expect(world.plan().steps).toEqual([]);
}

test('all of them run once and in order, and nothing is owed afterwards', async () => {
  expect((await run()).stoppedBy).toBeUndefined();
  expect(commands).toEqual(ALL);
  expectThrough();
});

const WHOLE = makeWorld(fakeClock(), { config: file }).plan().steps.length;

describe.each(['before', 'after'] as const)('a process that dies %s the work of a step', (when) => {
  test.each(Array.from({ length: WHOLE }, (_, index) => index))(
    'step %i: the next run forgets no gate and no hook, and comes to them in order',
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
      expect((await run(dying)).stoppedBy).toBeDefined();
      if (world.plan().steps.length > 0) expect((await run()).stoppedBy).toBeUndefined();
      // At least once each; the last time of each is in order.
      expect(new Set(commands)).toEqual(new Set([...commands, ...ALL]));
      const lastOf = (text: string) => commands.lastIndexOf(text);
      const after = ALL.filter((text) => !text.startsWith('before'));
      expect(after.map(lastOf)).toEqual(after.map(lastOf).toSorted((a, b) => a - b));
      expect(new Set(world.done).size).toBe(world.done.length);
      expectThrough();
    },
  );
});

test('a gate that does not pass keeps the next node from being begun, in every run until it does', async () => {
  failing = 'gate node';
  const first = await run();
  expect(first.stoppedBy).toMatchObject({
    code: 'GATE_FAILED',
    message: expect.stringContaining('the gate node of cp1'),
  });
  const second = await run();
  expect(second.stoppedBy).toMatchObject({ code: 'GATE_FAILED' });
  expect(world.done).not.toContain('w1/node-config');
  failing = undefined;
  expect((await run()).stoppedBy).toBeUndefined();
  expectThrough();
});

test('a hook that fails before a node leaves that node as it is', async () => {
  failing = 'before node';
  expect((await run()).stoppedBy).toMatchObject({ code: 'HOOK_FAILED' });
  expect(world.cluster.nodes.get('cp1')).toMatchObject({ kubelet: 'v1.35.4', unschedulable: false });
  expect(world.done.filter((line) => !line.endsWith('/stage'))).toEqual([]);
});

test('what is owed survives an API server that is away while it is written', async () => {
  const look = world.cluster.fault;
  let refusals = 0;
  world.cluster.fault = (request, when) => {
    look(request, when);
    if (when === 'before' && request.includes('/configmaps') && refusals < 3) {
      refusals += 1;
      throw refused();
    }
  };
  expect((await run()).stoppedBy).toBeUndefined();
  expect(commands).toEqual(ALL);
  expectThrough();
});
