import type { ClusterStatus } from '../model.ts';
import { backupLine, componentsText, lockText, nodeState, runLine } from '../status-facts.ts';
import { formatTime } from '../units.ts';
import { columns, type Paint } from './paint.ts';

/** A table of nodes as `kubectl get nodes` would show it, then the lock, the last backup and the last run. */
export function statusText(status: ClusterStatus, paint: Paint): string {
  const facts = [
    ['Cluster', status.cluster],
    ['API server', status.apiServerVersion],
    ['Asked for', status.target],
    ['Lock', lockText(status)],
    ['Last backup', backupLine(status)],
    ['Last run', runLine(status)],
  ].map(([name = '', value = '']) => [paint('bold', name), value]);
  const head = ['NODE', 'ROLE', 'STATE', 'KUBELET', 'COMPONENTS'].map((name) => paint('dim', name));
  const rows = status.nodes.map((node) => [
    node.name,
    node.role,
    nodeState(node),
    node.kubelet,
    componentsText(node.components),
  ]);
  return [...columns(facts), '', ...columns([head, ...rows]), ...lastSteps(status, paint)].join('\n');
}

function lastSteps(status: ClusterStatus, paint: Paint): readonly string[] {
  const steps = status.lastRun?.steps ?? [];
  if (steps.length === 0) return [];
  const rows = steps.map(({ at, step, event, detail }) => [formatTime(at), step, event, detail ?? '']);
  return ['', paint('bold', 'Steps of the last run'), ...columns(rows, '  ')];
}
