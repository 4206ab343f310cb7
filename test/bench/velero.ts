import type { Bench, BenchIo, BenchResult } from './bench.ts';
import { openCluster } from './support/cluster.ts';
import { createNamespace, deleteConfigMaps, fillConfigMaps } from './support/config-maps.ts';
import { openTasks } from './support/task.ts';
import { startVelero } from './support/velero.ts';

const OBJECTS = 20_000;
/** Velero would take many minutes for all of them. */
const FEW = 1_000;

/** Backup and restore against the tool that most clusters are backed up with. */
export const veleroBench: Bench = {
  name: 'velero',
  about: `backup and restore of ${OBJECTS} objects against Velero with its AWS plugin`,
  run,
};

async function run({ say }: BenchIo): Promise<BenchResult> {
  await using cluster = await openCluster(['--delete-collection-workers=8']);
  await using tasks = await openTasks();
  await using velero = await startVelero(cluster, say);
  const { api, toS3, env } = cluster;
  await createNamespace(api, 'bench');
  await createNamespace(api, 'few');
  say(`writing ${OBJECTS} ConfigMaps`);
  await fillConfigMaps(api, 'bench', 0, OBJECTS);
  await fillConfigMaps(api, 'few', 0, FEW);

  say('backing up');
  const theirs = await velero.backUp('bench');
  const ours = await tasks.run('backup', { ...toS3, backupId: 'bench' }, env);
  say(`Velero ${theirs.seconds.toFixed(1)} s, Kubestair ${ours.seconds.toFixed(1)} s`);

  say('restoring');
  await deleteConfigMaps(api, 'few');
  const theirRestore = await velero.restore('bench', 'bench', 'few');
  await deleteConfigMaps(api, 'bench');
  const { details, ...ourRestore } = await tasks.run(
    'restore',
    { ...toS3, backupId: 'bench', namespace: 'bench' },
    env,
  );
  const { triedSeconds = 0 } = details ?? {};
  say(`Velero ${theirRestore.seconds.toFixed(1)} s, Kubestair ${ourRestore.seconds.toFixed(1)} s`);

  const rate = ({ objects = 0, seconds }: { readonly objects?: number; readonly seconds: number }): number =>
    objects / seconds;
  return {
    rows: [
      { what: 'Velero, backup', ...theirs },
      { what: 'Kubestair, backup, every part read back', ...ours },
      { what: `Velero, restore of ${FEW}`, ...theirRestore },
      { what: `Kubestair, restore of ${OBJECTS}, every object tried first`, ...ourRestore },
      { what: 'of which trying', seconds: triedSeconds, objects: ourRestore.objects ?? 0 },
    ],
    claims: [
      {
        what: "rate of a backup against Velero's",
        measured: rate(ours) / rate(theirs),
        unit: 'times',
        wanted: { atLeast: 10 },
      },
      {
        what: "rate of a restore against Velero's",
        measured: rate(ourRestore) / rate(theirRestore),
        unit: 'times',
        wanted: { atLeast: 10 },
      },
    ],
    notes: [
      'Velero 1.18.3 with its AWS plugin 1.14.3, both with their default settings (100 requests a second), same API server and S3 server; it runs outside of the cluster, and its caches are warm',
      `Velero restores ${FEW} objects only, since its rate does not depend on their number`,
      'both as a user whom priority and fairness counts; Kubestair sends 16 writes at once and waits where the API server says so',
    ],
  };
}
