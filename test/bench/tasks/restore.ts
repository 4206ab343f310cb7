import { systemClock } from '../../../src/adapters/clock.ts';
import { readBackup } from '../../../src/backup/catalog.ts';
import { restoreResources } from '../../../src/restore/resources/restore.ts';
import { kubeOf, quietLog, storeOf } from './access.ts';
import { CLUSTER } from './back-up.ts';
import { secondsSince, type Task } from './task.ts';

/** A restore as the command does it: every object is tried first, then written. */
export const restore: Task = async (input) => {
  const { backupId = '', namespace = '' } = input;
  const kube = await kubeOf(input);
  const store = storeOf(input);
  const signal = new AbortController().signal;
  const started = performance.now();
  const { manifest, prefix } = await readBackup(CLUSTER, backupId, { store, log: quietLog });
  const selection = { namespaces: [namespace], kinds: [], renames: new Map<string, string>() };
  const request = { manifest, selection, existing: 'skip' } as const;
  const deps = { kube, source: { store, prefix, identities: [] }, clock: systemClock, log: quietLog, signal };
  await restoreResources({ ...request, dryRun: true }, deps);
  const triedSeconds = secondsSince(started);
  const { kinds, refused } = await restoreResources({ ...request, dryRun: false }, deps);
  const seconds = secondsSince(started);
  const [first] = refused;
  if (first !== undefined) throw new Error(`${first.object}: ${first.note}`);
  return {
    seconds,
    objects: kinds.reduce((sum, { created }) => sum + created, 0),
    details: { triedSeconds },
  };
};
