import { expect } from 'vitest';
import { CORDONED_BY } from '../../../../src/cluster/mapping.ts';
import { endJournal } from '../../../../src/commands/end-journal.ts';
import { fenceHosts } from '../../../../src/commands/fence-hosts.ts';
import { type MaintenancePlan, planMaintenance } from '../../../../src/maintenance/plan.ts';
import { isOwedByMaintenance } from '../../../../src/maintenance/user-steps.ts';
import { openBaseline } from '../../../../src/rollout/baseline.ts';
import { openDebts } from '../../../../src/rollout/debts.ts';
import { carryOutAll } from '../../../../src/rollout/engine.ts';
import { openJournal } from '../../../../src/rollout/journal.ts';
import { withLock } from '../../../../src/rollout/lock/lock.ts';
import { readLock } from '../../../../src/rollout/lock/read-lock.ts';
import { openStepRunner } from '../../../../src/rollout/step-runner.ts';
import { recordedLog } from '../../backup/support/quiet.ts';
import { config } from '../../plan/sample.ts';
import { type Machine, makeMachine } from './machine.ts';
import { type Process, startProcess } from './process.ts';
import type { Scenario } from './scenario.ts';
import { USER } from './upgrade.ts';

const file = config({
  ...USER,
  version: 'v1.35.4',
  controlPlane: { soakSeconds: 10 },
  drain: { timeoutSeconds: 120, deleteEmptyDir: false, force: false, onTimeout: 'stop', maxQuarantined: 1 },
});

/** Updates and a restart of every host. */
export function maintenance(name: string): Scenario {
  return {
    name,
    open(clock) {
      const machine = makeMachine(clock);
      return {
        run: (process, runId) => carryOut(machine, process, runId),
        // What brings updates to a host ahead of time may be done again.
        started: () => [
          ...machine.started().filter((id) => !id.endsWith('/prepare')),
          ...machine.restarted.map((host) => `restart of ${host}`),
        ],
        async expectDone() {
          const { steps } = await planOf(machine, startProcess(clock), 'another');
          expect(steps).toEqual([]);
          expect(machine.restarted.toSorted()).toEqual(['cp1', 'w1', 'w2', 'w3']);
          expect(machine.cluster.debts).toBeUndefined();
          for (const { name: node, unschedulable, annotations } of machine.cluster.nodes.values()) {
            expect({ node, unschedulable, mark: annotations[CORDONED_BY] }).toEqual({
              node,
              unschedulable: false,
              mark: undefined,
            });
          }
          expect(machine.violations).toEqual([]);
          expect(await readLock(machine.cluster.kube, machine.store, 'prod')).toBeUndefined();
        },
      };
    },
  };
}

async function planOf(machine: Machine, process: Process, runId: string): Promise<MaintenancePlan> {
  const observation = machine.observe();
  const { signal } = new AbortController();
  const facts = await machine.provider(process, file).observeMaintenance(observation.nodes, signal);
  const now = process.clock.now();
  return planMaintenance({ config: file, observation, facts, onlyNeeded: true, runId, tool: 'test', now });
}

/** What `maintain` does once it is connected. */
async function carryOut(machine: Machine, process: Process, runId: string): Promise<void> {
  const kube = process.kube(machine.cluster.kube);
  const store = process.store(machine.store);
  const provider = machine.provider(process, file);
  const { clock } = process;
  const log = recordedLog();
  const { signal: stop } = new AbortController();
  const deps = { kube, store, cluster: 'prod', runId, who: 'test', waitSeconds: 0, clock, log, signal: stop };
  await withLock(deps, async (lock) => {
    const { signal } = lock;
    const { nodes, owed = [] } = machine.observe();
    const plan = await planOf(machine, process, runId);
    if (lock.tookOver) await fenceHosts(nodes, lock, { provider }, log);
    const journal = openJournal({ store, cluster: 'prod', runId, clock, log });
    journal.record('run', 'started', '');
    const continues = plan.goesOn ? plan.id : undefined;
    const debts = openDebts(kube, clock, owed, isOwedByMaintenance);
    const own = {
      ...{ kube, provider, config: file, clock, runId, epoch: lock.epoch, debts },
      baseline: await openBaseline({ kube, store, cluster: 'prod', runId, continues, signal }),
      backUp: async () => {
        await store.put(`prod/${runId}/manifest.json`, Buffer.from('{}'));
      },
      user: {
        commands: process.commands,
        web: { get: () => Promise.reject(new Error('no web here')) },
        cluster: 'prod',
      },
    };
    const runner = process.runner(openStepRunner(own));
    const { stoppedBy } = await carryOutAll(plan.steps, { runner, journal, clock, log, signal });
    if (stoppedBy === undefined) await debts.clear(signal);
    await endJournal(journal, { state: stoppedBy === undefined ? 'changed' : 'failed' });
    if (stoppedBy !== undefined) throw stoppedBy;
  });
}
