import type { ClusterStatus } from '../model.ts';
import { backupLine, componentsText, lockText, nodeState, runLine } from '../status-facts.ts';
import { formatTime } from '../units.ts';
import { code, details, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

export function statusSections(status: ClusterStatus): readonly Section[] {
  const facts = [
    ['API server', md(status.apiServerVersion)],
    ['Asked for', status.target],
    ['Lock', md(lockText(status))],
    ['Last backup', md(backupLine(status))],
    ['Last run', md(runLine(status))],
  ];
  const nodes = status.nodes.map((node) => [
    code(node.name),
    md(node.role),
    md(nodeState(node)),
    md(node.kubelet),
    md(componentsText(node.components)),
  ]);
  return [
    {
      name: 'heading',
      keep: 'always',
      text: `## Status of ${code(status.cluster)}\n\n${table(['', ''], facts)}`,
    },
    {
      name: 'nodes',
      keep: KEEP.nodes,
      text: table(['Node', 'Role', 'State', 'Kubelet', 'Components'], nodes),
    },
    { name: 'steps of the last run', keep: KEEP.journal, text: journal(status) },
  ];
}

function journal(status: ClusterStatus): string {
  const steps = status.lastRun?.steps ?? [];
  if (steps.length === 0) return '';
  const rows = steps.map(({ at, step, event, detail }) => [
    formatTime(at),
    code(step),
    md(event),
    md(detail ?? ''),
  ]);
  return details('Steps of the last run', table(['At', 'Step', 'Event', ''], rows));
}
