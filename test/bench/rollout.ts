import { join } from 'node:path';
import { temporaryDirectory } from '../contract/support/temporary.ts';
import type { Bench, BenchIo, BenchResult } from './bench.ts';
import { openTasks, type TaskResult } from './support/task.ts';

const FEW = 500;
const NODES = 5_000;
/** One per cent of the workers. */
const AT_ONCE = 50;

/** What the engine itself takes, without the hosts and the waits. */
export const rolloutBench: Bench = {
  name: 'rollout',
  about: `engine of a rollout over ${NODES} simulated nodes`,
  run,
};

async function run({ say }: BenchIo): Promise<BenchResult> {
  await using tasks = await openTasks();
  const rollOut = async (nodes: number, atOnce: number): Promise<TaskResult> => {
    say(`rolling out over ${nodes} nodes`);
    await using directory = await temporaryDirectory();
    const store = { store: `file://${join(directory.path)}`, pathStyle: false };
    return await tasks.run('rollout', { kubeconfig: '', store, nodes, atOnce });
  };
  const few = await rollOut(FEW, AT_ONCE / 10);
  const many = await rollOut(NODES, AT_ONCE);
  const { requests = 0, writes = 0, engineSeconds = 0 } = many.details ?? {};
  const { requests: fewRequests = 0 } = few.details ?? {};
  return {
    rows: [toRow(few), toRow(many)],
    claims: [
      {
        what: 'CPU of the engine a node',
        measured: (engineSeconds * 1000) / NODES,
        unit: 'ms',
        wanted: { atMost: 50 },
      },
      { what: 'peak memory', measured: many.peakBytes / 2 ** 20, unit: 'MiB', wanted: { atMost: 512 } },
      {
        what: 'requests to the API server a node',
        measured: requests / NODES,
        unit: 'requests',
        wanted: { atMost: 60 },
      },
    ],
    notes: [
      `workers ${AT_ONCE} at a time (of ${FEW} nodes ${AT_ONCE / 10}), 20 pods each, 2,000 Deployments; pods leave at once, and a clock that jumps takes every wait out`,
      `${writes} of the ${requests} requests write: evictions, cordons; with ${FEW} nodes there were ${(fewRequests / FEW).toFixed(0)} requests a node`,
      'the CPU time told for the engine is without that of the simulated API server, and with the parsing of its answers and the writing of the journal to a directory',
    ],
  };
}

function toRow({ details, objects = 0, peakBytes, seconds }: TaskResult): BenchResult['rows'][number] {
  const { engineSeconds = 0, steps = 0 } = details ?? {};
  return { what: `${objects} nodes, ${steps} steps`, seconds, cpuSeconds: engineSeconds, peakBytes };
}
