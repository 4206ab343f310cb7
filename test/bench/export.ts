import { dirname, join } from 'node:path';
import { apiServerBinary } from '../contract/support/binaries.ts';
import type { Bench, BenchIo, BenchResult, Row } from './bench.ts';
import { openCluster } from './support/cluster.ts';
import { createNamespace, fillConfigMaps } from './support/config-maps.ts';
import { type ProgramResult, runProgram } from './support/program.ts';
import { fastest, rounds } from './support/rounds.ts';
import { openTasks, type TaskResult } from './support/task.ts';

const OBJECTS = 20_000;
const ROUNDS = 5;

/** How long an export takes against the fetching of its pages, and against `kubectl get`. */
export const exportBench: Bench = {
  name: 'export',
  about: `export of ${OBJECTS} objects against the same pages fetched and discarded, and against kubectl`,
  run,
};

async function run({ say, signal }: BenchIo): Promise<BenchResult> {
  await using cluster = await openCluster();
  await using tasks = await openTasks();
  await createNamespace(cluster.api, 'bench');
  say(`writing ${OBJECTS} ConfigMaps`);
  await fillConfigMaps(cluster.api, 'bench', 0, OBJECTS);

  const { kubeconfig, toS3, toDirectory, env } = cluster;
  const results = await rounds(ROUNDS, async (round) => {
    signal.throwIfAborted();
    const plain = await tasks.run('fetch', toS3);
    const gzip = await tasks.run('fetch', { ...toS3, gzip: true });
    const s3 = await tasks.run('export', toS3, env);
    const directory = await tasks.run('export', toDirectory);
    say(
      `round ${round}: ${[plain, gzip, s3, directory].map(({ seconds }) => seconds.toFixed(2)).join(', ')} s`,
    );
    return { plain, gzip, s3, directory };
  });
  const plain = fastest(results.map((result) => result.plain));
  const gzip = fastest(results.map((result) => result.gzip));
  const s3 = fastest(results.map((result) => result.s3));
  const directory = fastest(results.map((result) => result.directory));
  const fetched = fastest([plain, gzip]);
  say('kubectl get');
  const kubectl = join(dirname(await apiServerBinary()), 'kubectl');
  const got = await runProgram(kubectl, ['get', 'configmaps', '-A', '-o', 'json'], {
    KUBECONFIG: kubeconfig,
  });
  return {
    rows: [
      toRow('fetch the pages, discard them', plain, OBJECTS),
      toRow('fetch them as gzip, discard them', gzip, OBJECTS),
      toRow('Kubestair, export to S3', s3),
      toRow('Kubestair, export to a directory', directory),
      toRow('`kubectl get configmaps -A -o json`', got, OBJECTS),
    ],
    claims: [
      {
        what: 'export to S3 against the faster fetch',
        measured: s3.seconds / fetched.seconds,
        unit: 'times',
        wanted: { atMost: 1.5 },
      },
      {
        what: 'export to a directory against the faster fetch',
        measured: directory.seconds / fetched.seconds,
        unit: 'times',
        wanted: { atMost: 1.5 },
      },
    ],
    notes: [
      `${OBJECTS} ConfigMaps of about 1 KB each, their data random; the fastest of ${ROUNDS} rounds`,
      'the export finds out what there is to list, and at which version, in the time told; the fetch does not',
      'API server, etcd and S3 server run on the same cores',
    ],
  };
}

function toRow(
  what: string,
  { seconds, cpuSeconds, peakBytes, ...rest }: ProgramResult & Pick<TaskResult, 'objects'>,
  objects = rest.objects,
): Row {
  return { what, seconds, cpuSeconds, peakBytes, ...(objects !== undefined && { objects }) };
}
