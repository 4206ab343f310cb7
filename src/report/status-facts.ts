import type { ClusterStatus } from './model.ts';
import { formatTime } from './units.ts';

/** As kubectl writes it, and who cordoned the node where that is known. */
export function nodeState(node: ClusterStatus['nodes'][number]): string {
  const ready = node.ready ? 'Ready' : 'NotReady';
  if (!node.unschedulable) return ready;
  const by = node.cordonedBy === undefined ? '' : ` (cordoned by run ${node.cordonedBy})`;
  return `${ready},SchedulingDisabled${by}`;
}

export function lockText(status: ClusterStatus): string {
  if (status.lock === undefined) return 'free';
  const { holder, who, renewedAt, stale } = status.lock;
  const by = `run ${holder}${who === undefined ? '' : ` of ${who}`}`;
  return `${stale ? 'stale, last held' : 'held'} by ${by}, renewed ${formatTime(renewedAt)}`;
}

export function componentsText(components: Readonly<Record<string, string>>): string {
  const names = Object.entries(components).map(([name, version]) => `${name} ${version}`);
  return names.length === 0 ? '-' : names.join(', ');
}

export function backupLine(status: ClusterStatus): string {
  if (status.lastBackup === undefined) return 'none';
  const { id, state, finishedAt } = status.lastBackup;
  return `${id} (${state}), ${formatTime(finishedAt)}`;
}

export function runLine(status: ClusterStatus): string {
  if (status.lastRun === undefined) return 'none';
  const { runId, state, startedAt } = status.lastRun;
  return `${runId} (${state}), begun ${formatTime(startedAt)}`;
}
