import { expect } from 'vitest';
import type { VerifiedBackup } from '../../../../src/backup/verified.ts';
import { CORDONED_BY } from '../../../../src/cluster/mapping.ts';
import { awaitCutOff } from '../../../../src/commands/await-cut-off.ts';
import { awaitStore } from '../../../../src/commands/await-store.ts';
import { endJournal } from '../../../../src/commands/end-journal.ts';
import { fenceHosts } from '../../../../src/commands/fence-hosts.ts';
import { outcomeOfError } from '../../../../src/commands/outcome.ts';
import type { ClusterConfig } from '../../../../src/config/schema.ts';
import { approve } from '../../../../src/plan/approved.ts';
import { planRoute } from '../../../../src/plan/build-plan.ts';
import type { Plan, Step } from '../../../../src/plan/plan.ts';
import { spareHosts } from '../../../../src/plan/replace.ts';
import { workersMustPass } from '../../../../src/providers/kubeadm/due.ts';
import { kubeadmSteps } from '../../../../src/providers/kubeadm/steps.ts';
import { openBaseline } from '../../../../src/rollout/baseline.ts';
import { openDebts } from '../../../../src/rollout/debts.ts';
import { rollout } from '../../../../src/rollout/engine.ts';
import { openJournal, readLastRun, unfinishedRun } from '../../../../src/rollout/journal.ts';
import { withLock } from '../../../../src/rollout/lock/lock.ts';
import { readLock } from '../../../../src/rollout/lock/read-lock.ts';
import { openStepRunner } from '../../../../src/rollout/step-runner.ts';
import { recordedLog } from '../../backup/support/quiet.ts';
import { config, VERSION_AT } from '../../plan/sample.ts';
import { type Machine, makeMachine } from './machine.ts';
import type { Process } from './process.ts';
import type { Scenario } from './scenario.ts';

const TARGET = 'v1.37.1';

/** Gates and hooks as the matrix has them in every scenario. */
export const USER: Pick<ClusterConfig, 'gates' | 'hooks'> = {
  gates: {
    timeoutSeconds: 120,
    checks: (['node', 'hop', 'run'] as const).map((at) => ({
      name: `smoke-${at}`,
      at,
      probe: { kind: 'command', command: 'true' },
      timeoutSeconds: 60,
      soakSeconds: 0,
    })),
  },
  hooks: [{ name: 'back', when: 'after', at: 'node', command: 'true', timeoutSeconds: 60 }],
};

const rolling = config({
  ...USER,
  version: TARGET,
  via: ['v1.36.3'],
  controlPlane: { soakSeconds: 10 },
  drain: { timeoutSeconds: 120, deleteEmptyDir: false, force: false, onTimeout: 'stop', maxQuarantined: 1 },
});

const replacing: ClusterConfig = {
  ...rolling,
  workers: {
    strategy: 'replace',
    spares: [{ name: 's1', address: 'addr-s1' }],
    perHop: false,
    parallel: 10,
  },
};

/** Two hops, worker after worker. @param foreignCordon a worker carries somebody else's */
export function upgrade(name: string, foreignCordon = false): Scenario {
  return scenario(name, rolling, foreignCordon, ['cp1', 'w1', 'w2', 'w3']);
}

/** Two hops of the control plane, and one spare host for three workers. */
export function replacement(name: string): Scenario {
  return scenario(name, replacing, false, ['cp1', 's1', 'w1', 'w2']);
}

function scenario(
  name: string,
  file: ClusterConfig,
  foreignCordon: boolean,
  nodes: readonly string[],
): Scenario {
  return {
    name,
    open(clock) {
      const machine = makeMachine(clock, { foreignCordon });
      return {
        run: (process, runId) => carryOut(machine, process, runId, file),
        machine,
        started: machine.started,
        async expectDone() {
          await expectUpgraded(machine, file, foreignCordon);
          expect([...machine.cluster.nodes.keys()].toSorted()).toEqual(nodes);
        },
      };
    },
  };
}

function stepsOf(machine: Machine, file: ClusterConfig): readonly Step[] {
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
async function carryOut(
  machine: Machine,
  process: Process,
  runId: string,
  file: ClusterConfig,
): Promise<void> {
  const kube = process.kube(machine.cluster.kube);
  const store = process.store(machine.store);
  const provider = machine.provider(process, file);
  const { clock } = process;
  const log = recordedLog();
  const { signal: stop } = process.stop;
  const deps = { kube, store, cluster: 'prod', runId, who: 'test', waitSeconds: 0, clock, log, signal: stop };
  await awaitCutOff(deps, file, { kube, provider }, { clock, log, signal: stop });
  await withLock(deps, async (lock) => {
    const { signal } = lock;
    const observation = machine.observe();
    const steps = stepsOf(machine, file);
    const hosts = [...observation.nodes, ...spareHosts(observation, file)];
    if (lock.tookOver) await fenceHosts(hosts, lock, { provider }, log);
    if (steps.length === 0) return;
    const plan = approve({ steps, findings: [], hash: 'h', target: TARGET } as unknown as Plan);
    const backUp = async () => {
      await store.put(`prod/${runId}-${machine.backups.length}/manifest.json`, Buffer.from('{}'), { signal });
      machine.backups.push(stepsOf(machine, file)[0]?.id ?? '');
    };
    const continues = unfinishedRun(await readLastRun(store, 'prod', signal), TARGET);
    await backUp();
    const journal = openJournal({ store, cluster: 'prod', runId, clock, log });
    journal.record('run', 'started', '', { hash: 'h', target: TARGET });
    const baseline = await openBaseline({ kube, store, cluster: 'prod', runId, continues, signal });
    const debts = openDebts(kube, clock, observation.owed ?? []);
    const own = {
      ...{ kube, provider, config: file, clock, runId, epoch: lock.epoch, baseline, debts },
      backUp: async () => {
        await awaitStore(store, 'prod', { clock, log, signal });
        await backUp();
      },
      user: {
        commands: process.commands,
        web: { get: () => Promise.reject(new Error('no web here')) },
        cluster: 'prod',
      },
    };
    const backup = { manifest: { startedAt: 'then', finishedAt: 'later' } } as unknown as VerifiedBackup;
    const runner = process.runner(openStepRunner(own));
    const { stoppedBy } = await rollout(plan, backup, { runner, journal, clock, log, signal });
    await endJournal(journal, stoppedBy === undefined ? { state: 'changed' } : outcomeOfError(stoppedBy));
    if (stoppedBy !== undefined) throw stoppedBy;
  });
}

async function expectUpgraded(machine: Machine, file: ClusterConfig, foreignCordon: boolean): Promise<void> {
  expect(stepsOf(machine, file)).toEqual([]);
  expect(machine.cluster.debts).toBeUndefined();
  expect(machine.tokens()).toEqual([]);
  for (const { name, kubelet, unschedulable, annotations, taints } of machine.cluster.nodes.values()) {
    expect({ name, kubelet, unschedulable, mark: annotations[CORDONED_BY], taints }).toEqual({
      name,
      kubelet: TARGET,
      unschedulable: foreignCordon && name === 'w3',
      mark: undefined,
      taints: [],
    });
  }
  expect(machine.violations).toEqual([]);
  expect(await readLock(machine.cluster.kube, machine.store, 'prod')).toBeUndefined();
}
