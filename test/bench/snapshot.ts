import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { etcdBinary } from '../contract/support/binaries.ts';
import { type EtcdServer, startEtcd } from '../contract/support/etcd-server.ts';
import { startS3 } from '../contract/support/s3-server.ts';
import { temporaryDirectory } from '../contract/support/temporary.ts';
import type { Bench, BenchIo, BenchResult } from './bench.ts';
import { type KeyValue, openEtcdFill } from './support/etcd-fill.ts';
import { type ProgramResult, runProgram } from './support/program.ts';
import { fastest, rounds } from './support/rounds.ts';
import { openTasks, type TaskResult } from './support/task.ts';

const MEBIBYTE = 2 ** 20;
const SMALL_VALUES = 256;
const VALUES = 2048;
const ROUNDS = 2;
const BUCKET = 'backups';

/** How long a snapshot of a large database takes to get to S3, against the two steps that people do by hand. */
export const snapshotBench: Bench = {
  name: 'snapshot',
  about: 'etcd snapshot of 2 GiB to S3 against etcdctl to a file and an upload of it',
  run,
};

async function run({ say, signal }: BenchIo): Promise<BenchResult> {
  await using etcd = await startEtcd({ flags: ['--quota-backend-bytes=8589934592'] });
  await using s3 = await startS3([BUCKET]);
  await using directory = await temporaryDirectory();
  await using tasks = await openTasks();
  const file = join(directory.path, 'snapshot.db');
  const store = { store: `s3://${BUCKET}`, endpoint: s3.endpoint, pathStyle: true };
  const input = { kubeconfig: '', store, etcdPort: etcd.port, file };
  const empty = async (): Promise<void> => {
    const bucket = join(s3.root, BUCKET);
    for (const name of await readdir(bucket)) await rm(join(bucket, name), { recursive: true });
    await rm(file, { force: true });
  };
  const ours = (): Promise<TaskResult> => tasks.run('snapshot', input, s3.credentials);

  say(`writing ${SMALL_VALUES} MiB`);
  await fill(etcd, 0, SMALL_VALUES);
  const small = await ours();
  await empty();
  say(`writing ${VALUES} MiB`);
  await fill(etcd, SMALL_VALUES, VALUES);

  const results = await rounds(ROUNDS, async (round) => {
    signal.throwIfAborted();
    const streamed = await ours();
    await empty();
    const saved = await runProgram(await etcdBinary('etcdctl'), [
      `--endpoints=http://127.0.0.1:${etcd.port}`,
      'snapshot',
      'save',
      file,
    ]);
    const uploaded = await tasks.run('upload', input, s3.credentials);
    await empty();
    const times = [streamed, saved, uploaded].map(({ seconds }) => `${seconds.toFixed(1)} s`);
    say(`round ${round}: ours ${times[0]}, by hand ${times[1]} and ${times[2]}`);
    return { streamed, saved, uploaded };
  });
  return toResult(small, results);
}

interface Round {
  readonly streamed: TaskResult;
  readonly saved: ProgramResult;
  readonly uploaded: TaskResult;
}

function toResult(small: TaskResult, results: readonly Round[]): BenchResult {
  const streamed = fastest(results.map((result) => result.streamed));
  const saved = fastest(results.map((result) => result.saved));
  const uploaded = fastest(results.map((result) => result.uploaded));
  const { readBackSeconds = 0, sealedBytes = 0 } = streamed.details ?? {};
  const bytes = streamed.bytes ?? 0;
  return {
    rows: [
      { what: `Kubestair, ${SMALL_VALUES} MiB to S3`, ...withoutDetails(small) },
      { what: `Kubestair, ${VALUES} MiB to S3`, ...withoutDetails(streamed) },
      { what: 'Kubestair, reading it back', seconds: readBackSeconds, bytes: sealedBytes },
      { what: '`etcdctl snapshot save` to local disk', ...saved, bytes },
      { what: 'upload of that file with the AWS SDK', ...withoutDetails(uploaded) },
    ],
    claims: [
      {
        what: 'snapshot to S3 against saving it and uploading it',
        measured: streamed.seconds / (saved.seconds + uploaded.seconds),
        unit: 'times',
        wanted: { atMost: 1 },
      },
      {
        what: `peak memory at ${VALUES} MiB against ${SMALL_VALUES} MiB`,
        measured: streamed.peakBytes / small.peakBytes,
        unit: 'times',
        wanted: { atMost: 1.25 },
      },
    ],
    notes: [
      `values of 1 MiB, three quarters of them random; the fastest of ${ROUNDS} rounds`,
      `sealed as zstd the snapshot has ${Math.round(sealedBytes / MEBIBYTE)} MiB; the upload by hand is of the whole file, neither compressed nor checked`,
      'Kubestair writes no file of its own: the snapshot goes from etcd to the store in one pass',
    ],
  };
}

function withoutDetails({ details: _details, ...rest }: TaskResult): Omit<TaskResult, 'details'> {
  return rest;
}

async function fill(etcd: EtcdServer, from: number, to: number): Promise<void> {
  await using gateway = openEtcdFill(etcd.port, { putsAtOnce: 1 });
  function* values(): Generator<KeyValue> {
    for (let index = from; index < to; index++) {
      const random = randomBytes((MEBIBYTE * 3) / 4);
      yield {
        key: `/bench/${index}`,
        value: Buffer.concat([random, Buffer.alloc(MEBIBYTE / 4, 'kubestair ')]),
      };
    }
  }
  await gateway.writeAll(values());
}
