import { systemClock } from '../../../src/adapters/clock.ts';
import type { VerifiedBackup } from '../../../src/backup/verified.ts';
import { approve } from '../../../src/plan/approved.ts';
import type { Plan, Step } from '../../../src/plan/plan.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { rollout } from '../../../src/rollout/engine.ts';
import { openJournal } from '../../../src/rollout/journal.ts';
import { openStepRunner } from '../../../src/rollout/step-runner.ts';
import { takeBaseline } from '../../../src/rollout/workloads.ts';
import { cluster, config, controlPlane, worker } from '../../unit/plan/sample.ts';
import { fakeClock } from '../../unit/rollout/clock.ts';
import { quietLog, storeOf } from './access.ts';
import { countingKube } from './counting-kube.ts';
import { simulatedApi } from './simulated-api.ts';
import { secondsSince, type Task } from './task.ts';

const HOP = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const WORKLOADS = 2000;
const PODS_PER_NODE = 20;

/** A rollout over simulated hosts, with a clock that jumps over every wait: what is left is the engine's own work. */
export const rollOut: Task = async (input) => {
  const { nodes = 0, atOnce = 1 } = input;
  const names = [
    'cp1',
    ...Array.from({ length: nodes }, (_, index) => `node-${String(index).padStart(5, '0')}`),
  ];
  const api = simulatedApi(names, PODS_PER_NODE, WORKLOADS);
  const { kube, counts } = countingKube(api.kube);
  const file = config({
    workers: { strategy: 'rolling', maxUnavailable: atOnce, order: [], perHop: true, parallel: atOnce },
  });
  const steps = kubeadmSteps(HOP, observationOf(names), file);
  const clock = fakeClock();
  const signal = new AbortController().signal;
  const memory = watchHeap();
  const cpu = process.cpuUsage();
  const started = performance.now();
  const simulatedBefore = api.spent();
  const runner = openStepRunner({
    kube,
    provider: simulatedHosts(api),
    config: file,
    clock,
    runId: 'bench',
    epoch: 1,
    baseline: await takeBaseline(kube, signal),
    backUp: async () => {},
  });
  const journal = openJournal({
    store: storeOf(input),
    cluster: 'bench',
    runId: 'bench',
    clock: systemClock,
    log: quietLog,
  });
  const plan = approve({ steps, findings: [], hash: 'bench' } as unknown as Plan);
  const backup = { manifest: { startedAt: '', finishedAt: '' } } as unknown as VerifiedBackup;
  const { records, stoppedBy } = await rollout(plan, backup, {
    runner,
    journal,
    clock,
    log: quietLog,
    signal,
    atOnce,
  });
  if (stoppedBy !== undefined) throw stoppedBy;
  await journal.flush(600_000);
  const { user, system } = process.cpuUsage(cpu);
  const behind = names.filter((name) => api.kubeletOf(name) !== HOP.to);
  if (behind.length > 0) throw new Error(`${behind.length} nodes are not at ${HOP.to}`);
  return {
    seconds: secondsSince(started),
    objects: names.length,
    details: {
      ...counts,
      steps: records.length,
      engineSeconds: (user + system - (api.spent() - simulatedBefore)) / 1e6,
      heapBytes: memory.stop(),
    },
  };
};

function observationOf(names: readonly string[]): ReturnType<typeof cluster> {
  return cluster(
    names.map((name) => (name === 'cp1' ? controlPlane(name, HOP.from) : worker(name, HOP.from))),
  );
}

function simulatedHosts(api: ReturnType<typeof simulatedApi>): Provider {
  const done = new Set<string>();
  const hosts: Pick<Provider, 'isDone' | 'run'> = {
    isDone: async (step: Step) => done.has(step.id),
    async run(step: Step) {
      done.add(step.id);
      if (step.kind === 'kubelet' && step.node !== undefined) api.setKubelet(step.node, step.hop.to);
    },
  };
  return hosts as Provider;
}

/** The most that the heap had in use at any look. */
function watchHeap(): { stop(): number } {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  };
  const timer = setInterval(look, 200);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}
