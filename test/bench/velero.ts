import type { Bench, BenchIo, BenchResult } from './bench.ts';
import { openCluster } from './support/cluster.ts';
import { createNamespace, deleteConfigMaps, fillConfigMaps } from './support/config-maps.ts';
import { fastest, rounds } from './support/rounds.ts';
import { openTasks, type TaskResult } from './support/task.ts';
import { startVelero } from './support/velero.ts';

const OBJECTS = 20_000;
/** Velero would take many minutes for all of them. */
const FEW = 1_000;
/** What seventy kinds cost whatever they hold, counts less here. */
const MANY = 100_000;
const BACKUP_ROUNDS = 2;
const RESTORE_ROUNDS = 2;

/** Backup and restore against the tool that most clusters are backed up with. */
export const veleroBench: Bench = {
  name: 'velero',
  about: `backups of ${OBJECTS} and of ${MANY} objects and a restore against Velero with its AWS plugin`,
  run,
};

async function run({ say, signal }: BenchIo): Promise<BenchResult> {
  await using cluster = await openCluster(['--delete-collection-workers=8']);
  await using tasks = await openTasks();
  await using velero = await startVelero(cluster, say);
  const { api, toS3, env } = cluster;
  await createNamespace(api, 'bench');
  await createNamespace(api, 'few');
  say(`writing ${OBJECTS} ConfigMaps`);
  await fillConfigMaps(api, 'bench', 0, OBJECTS);
  await fillConfigMaps(api, 'few', 0, FEW);

  const backUp = (name: string) =>
    rounds(BACKUP_ROUNDS, async (round) => {
      signal.throwIfAborted();
      const backupId = `${name}-${round}`;
      const theirs = await velero.backUp(backupId);
      const ours = await tasks.run('backup', { ...toS3, backupId }, env);
      say(`round ${round}: Velero ${theirs.seconds.toFixed(1)} s, Kubestair ${ours.seconds.toFixed(1)} s`);
      return { theirs, ours };
    });
  say('backing up');
  const backups = await backUp('bench');
  say('restoring');
  const restoreOurs = (namespace: string): Promise<TaskResult> =>
    tasks.run('restore', { ...toS3, backupId: 'bench-1', namespace }, env);
  const restores = await rounds(RESTORE_ROUNDS, async (round) => {
    signal.throwIfAborted();
    await deleteConfigMaps(api, 'few');
    const theirs = await velero.restore(`bench-${round}`, 'bench-1', 'few');
    await deleteConfigMaps(api, 'few');
    const ours = await restoreOurs('few');
    say(`round ${round}: Velero ${theirs.seconds.toFixed(1)} s, Kubestair ${ours.seconds.toFixed(1)} s`);
    return { theirs, ours };
  });
  await deleteConfigMaps(api, 'bench');
  const { details, ...all } = await restoreOurs('bench');
  const { triedSeconds = 0 } = details ?? {};
  say(`writing ${MANY} ConfigMaps`);
  await fillConfigMaps(api, 'bench', OBJECTS, MANY);
  const large = await backUp('many');

  const theirBackup = fastest(backups.map(({ theirs }) => theirs));
  const ourBackup = fastest(backups.map(({ ours }) => ours));
  const theirLarge = fastest(large.map(({ theirs }) => theirs));
  const ourLarge = fastest(large.map(({ ours }) => ours));
  const theirRestore = fastest(restores.map(({ theirs }) => theirs));
  const { details: _details, ...ourRestore } = fastest(restores.map(({ ours }) => ours));
  return {
    rows: [
      { what: 'Velero, backup', ...theirBackup },
      { what: 'Kubestair, backup, every part read back', ...ourBackup },
      { what: `Velero, backup of ${MANY}`, ...theirLarge },
      { what: `Kubestair, backup of ${MANY}, every part read back`, ...ourLarge },
      { what: `Velero, restore of ${FEW}`, ...theirRestore },
      { what: `Kubestair, restore of ${FEW}, every object tried first`, ...ourRestore },
      { what: `Kubestair, restore of ${OBJECTS}`, ...all },
      { what: 'of which trying', seconds: triedSeconds, objects: all.objects ?? 0 },
    ],
    claims: [
      {
        what: `rate of a backup of ${OBJECTS} against Velero's`,
        measured: rateOf(ourBackup) / rateOf(theirBackup),
        unit: 'times',
        wanted: { atLeast: 10 },
      },
      {
        what: `rate of a backup of ${MANY} against Velero's`,
        measured: rateOf(ourLarge) / rateOf(theirLarge),
        unit: 'times',
        wanted: { atLeast: 10 },
      },
      {
        what: `rate of a restore of ${OBJECTS} against Velero's of ${FEW}`,
        measured: rateOf(all) / rateOf(theirRestore),
        unit: 'times',
        wanted: { atLeast: 10 },
      },
      {
        what: `rate of a restore of ${FEW} against Velero's`,
        measured: rateOf(ourRestore) / rateOf(theirRestore),
        unit: 'times',
        wanted: { atLeast: 10 },
      },
    ],
    notes: [
      'Velero 1.18.3 with its AWS plugin 1.14.3, both with their default settings (100 requests a second), same API server and S3 server; it runs outside of the cluster, and its caches are warm',
      `the fastest of ${BACKUP_ROUNDS} backups and ${RESTORE_ROUNDS} restores; Velero restores ${FEW} objects only, which are part of a backup of all, since it would take many minutes for ${OBJECTS}`,
      'both as a user whom priority and fairness counts; Kubestair sends 16 writes at once and waits where the API server says so',
    ],
  };
}

function rateOf({ objects = 0, seconds }: { readonly objects?: number; readonly seconds: number }): number {
  return objects / seconds;
}
