import { describe, expect, test } from 'vitest';
import type { VerifiedBackup } from '../../../src/backup/verified.ts';
import { CORDONED_BY } from '../../../src/cluster/mapping.ts';
import { awaitCutOff } from '../../../src/commands/await-cut-off.ts';
import { endJournal } from '../../../src/commands/end-journal.ts';
import { fenceHosts } from '../../../src/commands/fence-hosts.ts';
import { approve } from '../../../src/plan/approved.ts';
import { planRoute } from '../../../src/plan/build-plan.ts';
import type { MaintenanceKind, Plan, ReplaceKind, Step, StepKind } from '../../../src/plan/plan.ts';
import { workersMustPass } from '../../../src/providers/kubeadm/due.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import { openBaseline } from '../../../src/rollout/baseline.ts';
import { openDebts } from '../../../src/rollout/debts.ts';
import { rollout } from '../../../src/rollout/engine.ts';
import { openJournal, readLastRun, unfinishedRun } from '../../../src/rollout/journal.ts';
import { type Lock, withLock } from '../../../src/rollout/lock/lock.ts';
import { readLock } from '../../../src/rollout/lock/read-lock.ts';
import { openStepRunner } from '../../../src/rollout/step-runner.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { config, VERSION_AT } from '../plan/sample.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { type Machine, makeMachine } from './kill/machine.ts';
import { type Kill, type Operation, type Process, startProcess } from './kill/process.ts';

/** Every kind of step of an upgrade has its place in the matrix: a new one does not compile until it has. */
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
} satisfies Record<Exclude<StepKind, MaintenanceKind | ReplaceKind>, true>) as readonly StepKind[];

const TARGET = 'v1.37.1';
const file = config({
  version: TARGET,
  via: ['v1.36.3'],
  controlPlane: { soakSeconds: 10 },
  gates: {
    timeoutSeconds: 120,
    checks: [
      {
        name: 'smoke',
        at: 'hop',
        probe: { kind: 'command', command: 'true' },
        timeoutSeconds: 60,
        soakSeconds: 0,
      },
    ],
  },
  hooks: [{ name: 'back', when: 'after', at: 'node', command: 'true', timeoutSeconds: 60 }],
  drain: { timeoutSeconds: 120, deleteEmptyDir: false, force: false, onTimeout: 'stop', maxQuarantined: 1 },
});

function stepsOf(machine: Machine): readonly Step[] {
  return planRoute({
    config: file,
    versionAt: VERSION_AT,
    observation: machine.observe(),
    tool: 'test',
    provider: { steps: kubeadmSteps, workersMustPass },
    now: new Date(0),
  }).steps;
}

/** What `upgrade` does once it is connected: wait for what was cut off, lock, plan, backup, rollout. */
async function upgrade(machine: Machine, process: Process, runId: string): Promise<'ended' | 'killed'> {
  const kube = process.kube(machine.cluster.kube);
  const store = process.store(machine.store);
  const provider = machine.provider(process);
  const { clock } = process;
  const log = recordedLog();
  const { signal: stop } = new AbortController();
  const deps = { kube, store, cluster: 'prod', runId, who: 'test', waitSeconds: 0, clock, log, signal: stop };
  const carryOut = async (lock: Lock): Promise<void> => {
    const { signal } = lock;
    const steps = stepsOf(machine);
    if (lock.tookOver) await fenceHosts(machine.observe().nodes, lock, { provider }, log);
    if (steps.length === 0) return;
    const plan = approve({ steps, findings: [], hash: 'h', target: TARGET } as unknown as Plan);
    const backUp = async () => {
      await store.put(`prod/${runId}-${machine.backups.length}/manifest.json`, Buffer.from('{}'));
      machine.backups.push(stepsOf(machine)[0]?.id ?? '');
    };
    const continues = unfinishedRun(await readLastRun(store, 'prod', signal), TARGET);
    await backUp();
    const journal = openJournal({ store, cluster: 'prod', runId, clock, log });
    journal.record('run', 'started', '', { hash: 'h', target: TARGET });
    const baseline = await openBaseline({ kube, store, cluster: 'prod', runId, continues, signal });
    const own = {
      ...{ kube, provider, config: file, clock, runId, epoch: lock.epoch, baseline, backUp },
      debts: openDebts(kube, clock, machine.observe().owed ?? []),
      user: {
        commands: process.commands,
        web: { get: () => Promise.reject(new Error('no web here')) },
        cluster: 'prod',
      },
    };
    const backup = { manifest: { startedAt: 'then', finishedAt: 'later' } } as unknown as VerifiedBackup;
    const runner = process.runner(openStepRunner(own));
    const { stoppedBy } = await rollout(plan, backup, { runner, journal, clock, log, signal });
    await endJournal(journal, { state: stoppedBy === undefined ? 'changed' : 'failed' });
    if (stoppedBy !== undefined) throw stoppedBy;
  };
  const work = awaitCutOff(deps, file, { kube, provider }, { clock, log, signal: stop }).then(() =>
    withLock(deps, carryOut),
  );
  return await Promise.race([work.then(() => 'ended' as const), process.killed]);
}

interface Undisturbed {
  readonly operations: readonly Operation[];
  readonly started: readonly string[];
}

async function undisturbed(foreignCordon: boolean): Promise<Undisturbed> {
  const clock = fakeClock();
  const machine = makeMachine(clock, { foreignCordon });
  const process = startProcess(clock);
  expect(await upgrade(machine, process, 'run-1')).toBe('ended');
  await expectUpgraded(machine, foreignCordon);
  return { operations: process.operations, started: machine.hosts.started };
}

async function expectUpgraded(machine: Machine, foreignCordon = false): Promise<void> {
  expect(stepsOf(machine)).toEqual([]);
  expect(machine.cluster.debts).toBeUndefined();
  for (const { name, kubelet, unschedulable, annotations } of machine.cluster.nodes.values()) {
    expect({ name, kubelet, unschedulable, mark: annotations[CORDONED_BY] }).toEqual({
      name,
      kubelet: TARGET,
      unschedulable: foreignCordon && name === 'w3',
      mark: undefined,
    });
  }
  expect(machine.violations).toEqual([]);
  expect(await readLock(machine.cluster.kube, machine.store, 'prod')).toBeUndefined();
}

const whole = await undisturbed(false);
const withForeignCordon = await undisturbed(true);

/** The first and the last call of each sort that each kind of step makes, before and after it had its effect. */
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

async function killAndGoOn(kill: Kill, expected: Undisturbed, foreignCordon = false): Promise<void> {
  const clock: FakeClock = fakeClock();
  const machine = makeMachine(clock, { foreignCordon });
  expect(await upgrade(machine, startProcess(clock, kill), 'run-1')).toBe('killed');
  const second = await upgrade(machine, startProcess(clock), 'run-2');
  expect(second).toBe('ended');
  await expectUpgraded(machine, foreignCordon);
  // The same work on every host as if nothing had happened, none of it twice.
  expect(machine.hosts.started.toSorted()).toEqual(expected.started.toSorted());
}

test('the matrix has every kind of step in it', () => {
  const seen = new Set(whole.operations.map(({ during }) => during));
  expect([...KINDS].filter((kind) => !seen.has(kind))).toEqual([]);
});

describe('a process that is killed', () => {
  test.each(killsOf(whole))('$name: the next run ends it, and nothing is done twice', async (kill) => {
    await killAndGoOn(kill, whole);
  });
});

describe('a process that is killed beside a foreign cordon', () => {
  test.each(killsOf(withForeignCordon).filter(({ name }) => /nodes/.test(name)))(
    '$name: the cordon is still there',
    async (kill) => {
      await killAndGoOn(kill, withForeignCordon, true);
    },
  );
});
