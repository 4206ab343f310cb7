import type { Bench, BenchIo, BenchResult } from './bench.ts';
import { openCluster } from './support/cluster.ts';
import { createNamespace, fillConfigMaps } from './support/config-maps.ts';
import { fastest, rounds } from './support/rounds.ts';
import { openTasks, type TaskResult } from './support/task.ts';

const SIZES = [30_000, 300_000] as const;
const ROUNDS = 2;

/** Whether an export takes more memory, or more time an object, the more objects there are. */
export const memoryBench: Bench = {
  name: 'memory',
  about:
    'export of 30,000 and of 300,000 objects: memory, and time against the same pages fetched and discarded',
  run,
};

async function run({ say, signal }: BenchIo): Promise<BenchResult> {
  await using cluster = await openCluster();
  await using tasks = await openTasks();
  const { api, toS3, env } = cluster;
  await createNamespace(api, 'bench');
  const measured: { readonly fetched: TaskResult; readonly exported: TaskResult }[] = [];
  for (const [index, size] of SIZES.entries()) {
    say(`writing up to ${size} ConfigMaps`);
    await fillConfigMaps(api, 'bench', SIZES[index - 1] ?? 0, size);
    const results = await rounds(ROUNDS, async (round) => {
      signal.throwIfAborted();
      const fetched = await tasks.run('fetch', toS3);
      const exported = await tasks.run('export', toS3, env);
      say(`round ${round}: fetch ${fetched.seconds.toFixed(1)} s, export ${exported.seconds.toFixed(1)} s`);
      return { fetched, exported };
    });
    measured.push({
      fetched: fastest(results.map(({ fetched }) => fetched)),
      exported: fastest(results.map(({ exported }) => exported)),
    });
  }
  const [small, large] = measured;
  if (small === undefined || large === undefined) throw new Error('two sizes are compared');
  return {
    rows: measured.flatMap(({ fetched, exported }, index) => [
      { what: `fetch ${SIZES[index]}, discard them`, ...fetched, objects: SIZES[index] ?? 0 },
      { what: `Kubestair, export of ${SIZES[index]} to S3`, ...exported },
    ]),
    claims: [
      {
        what: `peak memory at ${SIZES[1]}`,
        measured: large.exported.peakBytes / 2 ** 20,
        unit: 'MiB',
        wanted: { atMost: 256 },
      },
      {
        what: `peak memory at ${SIZES[1]} against ${SIZES[0]}`,
        measured: large.exported.peakBytes / small.exported.peakBytes,
        unit: 'times',
        wanted: { atMost: 1.15 },
      },
      {
        what: `export of ${SIZES[1]} against the fetch`,
        measured: large.exported.seconds / large.fetched.seconds,
        unit: 'times',
        wanted: { atMost: 1.5 },
      },
    ],
    notes: [
      `ConfigMaps of about 1 KB; the fastest of ${ROUNDS} rounds; a process that loads the product and does nothing has 120 MiB`,
    ],
  };
}
