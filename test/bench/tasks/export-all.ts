import { systemClock } from '../../../src/adapters/clock.ts';
import { exportResources } from '../../../src/backup/export.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { kubeOf, quietLog, storeOf } from './access.ts';
import { secondsSince, type Task } from './task.ts';

/** The export as a backup makes it, discovery and survey included, without reading it back. */
export const exportAll: Task = async (input) => {
  const kube = await kubeOf(input);
  const prefix = `bench/export-${process.pid}/`;
  const parts = openPartStore(storeOf(input), prefix, input.recipients ?? []);
  const started = performance.now();
  const { resources } = await exportResources({
    kube,
    parts,
    clock: systemClock,
    log: quietLog,
    signal: new AbortController().signal,
  });
  const seconds = secondsSince(started);
  const failed = resources.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(`${failed.resource}: ${failed.error}`);
  return {
    seconds,
    objects: resources.reduce((sum, { objects }) => sum + objects, 0),
    bytes: resources.reduce((sum, { part }) => sum + (part?.plain.bytes ?? 0), 0),
  };
};
