import type { Bench, BenchIo, BenchResult } from './bench.ts';
import { openCluster } from './support/cluster.ts';
import { fillFleet } from './support/fleet.ts';
import { openTasks } from './support/task.ts';

const NODES = 5_000;
const PODS = 100_000;
/** Pods of a workload. */
const REPLICAS = 50;

/** What the plan of a large cluster takes, and what it asks of the API server. */
export const planBench: Bench = {
  name: 'plan',
  about: `plan of ${NODES} nodes and ${PODS} pods`,
  run,
};

async function run({ say }: BenchIo): Promise<BenchResult> {
  await using cluster = await openCluster();
  await using tasks = await openTasks();
  say(`writing ${NODES} nodes and ${PODS} pods`);
  await fillFleet(cluster.api, { nodes: NODES, pods: PODS, replicas: REPLICAS });
  say('planning');
  const { details = {}, ...planned } = await tasks.run('plan', cluster.toDirectory);
  const { requests = 0, writes = 0, atOnce = 0, steps = 0 } = details;
  return {
    rows: [{ what: `plan with ${steps} steps and ${planned.objects} evictions`, ...planned }],
    claims: [
      { what: 'time', measured: planned.seconds, unit: 's', wanted: { atMost: 60 } },
      { what: 'peak memory', measured: planned.peakBytes / 2 ** 20, unit: 'MiB', wanted: { atMost: 512 } },
      { what: 'requests to the API server', measured: requests, unit: 'requests', wanted: { atMost: 700 } },
      { what: 'of them at a time', measured: atOnce, unit: 'requests', wanted: { atMost: 16 } },
    ],
    notes: [
      `pods in workloads of ${REPLICAS}, every fourth with a budget, besides a DaemonSet's pod on each node; hosts answer at once`,
      `${writes} of the requests are evictions that the API server only tries (dryRun), one for each kind of pod, 200 at most`,
    ],
  };
}
