import { apiWritesText } from '../api-writes.ts';
import {
  maintainCommand,
  NODE_COLUMNS,
  neededRows,
  takenNodes,
  touchedHosts,
  WORK_COLUMNS,
  workRows,
} from '../maintain-facts.ts';
import type { MaintainResult } from '../model.ts';
import { count, formatSeconds, formatTime, secondsBetween } from '../units.ts';
import { backupSections } from './backup.ts';
import { block, code, md, table } from './escape.ts';
import { findingSections } from './findings.ts';
import { problemText } from './problem.ts';
import { KEEP, type Section } from './sections.ts';
import { openSteps, plannedSteps, timeline } from './steps.ts';

export function maintainSections(result: MaintainResult): readonly Section[] {
  const { outcome, records, backup, maintenance, apiWrites } = result;
  const planned = !touchedHosts(result);
  return [
    { name: 'heading', keep: 'always', text: heading(result) },
    {
      name: 'problem',
      keep: 'always',
      text: outcome.problem === undefined ? '' : problemText(outcome.problem),
    },
    { name: 'to go on', keep: 'always', text: goOn(result) },
    {
      name: 'nodes',
      keep: KEEP.nodes,
      text: planned ? tableOf(NODE_COLUMNS, neededRows(result)) : tableOf(WORK_COLUMNS, workRows(result)),
    },
    {
      name: 'steps',
      keep: KEEP.steps,
      text: planned ? plannedSteps(maintenance.steps, 'Node') : openSteps(records),
    },
    { name: 'timeline', keep: KEEP.timeline, text: timeline(records) },
    {
      name: 'API server',
      keep: KEEP.timeline,
      text: apiWrites === undefined ? '' : `**API server**: ${apiWritesText(apiWrites)}.`,
    },
    ...findingSections(maintenance.findings),
    ...(backup === undefined ? [] : backupSections(backup, undefined)),
  ];
}

function heading(result: MaintainResult): string {
  const { startedAt, finishedAt, runId, maintenance } = result;
  const took = formatSeconds(secondsBetween(startedAt, finishedAt));
  const goesOn = maintenance.goesOn ? ` It goes on with the maintenance ${code(maintenance.id)}.` : '';
  return `## ${title(result)}\n\nBegan ${formatTime(startedAt)}, took ${took}. Run ${code(runId)}.${goesOn}`;
}

function title(result: MaintainResult): string {
  const cluster = code(result.maintenance.cluster);
  const taken = count(takenNodes(result).length, 'node');
  switch (result.outcome.state) {
    case 'changed':
      return `✅ ${cluster}: ${taken} maintained`;
    case 'ready':
      return `What a maintenance of ${cluster} would do`;
    case 'nothing-to-do':
      return `✅ Nothing to do: no node of ${cluster} needs anything`;
    case 'blocked':
      return `🛑 Blocked: no node of ${cluster} was touched`;
    case 'failed':
      return `❌ Failed: ${taken} of ${cluster} maintained`;
    case 'interrupted':
      return `⏸️ Interrupted: ${taken} of ${cluster} maintained`;
  }
}

function goOn(result: MaintainResult): string {
  const { state } = result.outcome;
  if (state !== 'failed' && state !== 'interrupted') return '';
  return `To go on, run the workflow again, or:\n\n${block('sh', [maintainCommand(result)])}`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return table(
    head,
    rows.map(([node = '', ...cells]) => [code(node), ...cells.map(md)]),
  );
}
