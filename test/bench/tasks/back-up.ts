import { systemClock } from '../../../src/adapters/clock.ts';
import { runBackup } from '../../../src/backup/run-backup.ts';
import { kubeOf, quietLog, storeOf } from './access.ts';
import { secondsSince, type Task } from './task.ts';

export const CLUSTER = 'bench';

/** A whole backup of the API's resources: probe of the store, export, every part read back, manifest. */
export const backUp: Task = async (input) => {
  const kube = await kubeOf(input);
  const started = performance.now();
  const { manifest } = await runBackup(
    {
      id: input.backupId ?? `bench-${process.pid}`,
      tool: 'kubestair bench',
      cluster: { name: CLUSTER, uid: 'bench', version: 'v0.0.0' },
      reason: 'backup',
      runId: 'bench',
      recipients: input.recipients ?? [],
    },
    {
      kube,
      store: storeOf(input),
      hosts: [],
      clock: systemClock,
      log: quietLog,
      signal: new AbortController().signal,
    },
  );
  const seconds = secondsSince(started);
  if (manifest.state !== 'complete') throw new Error(`the backup is ${manifest.state}`);
  return { seconds, objects: manifest.resources.reduce((sum, { objects }) => sum + objects, 0) };
};
