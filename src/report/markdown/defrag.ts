import { commandLine } from '../commands.ts';
import { DEFRAG_COLUMNS, defragRows, freedBytes } from '../defrag-facts.ts';
import type { DefragResult } from '../model.ts';
import { formatBytes, formatSeconds, formatTime, secondsBetween } from '../units.ts';
import { backupSections } from './backup.ts';
import { block, code, md, table } from './escape.ts';
import { problemText } from './problem.ts';
import { KEEP, type Section } from './sections.ts';
import { openSteps, plannedSteps, timeline } from './steps.ts';

export function defragSections(result: DefragResult): readonly Section[] {
  const { outcome, records, backup } = result;
  const planned = result.dryRun || outcome.state === 'blocked';
  return [
    { name: 'heading', keep: 'always', text: heading(result) },
    {
      name: 'problem',
      keep: 'always',
      text: outcome.problem === undefined ? '' : problemText(outcome.problem),
    },
    { name: 'to go on', keep: 'always', text: goOn(result) },
    {
      name: 'members',
      keep: KEEP.nodes,
      text: table(
        DEFRAG_COLUMNS,
        defragRows(result).map(([name = '', ...cells]) => [code(name), ...cells.map(md)]),
      ),
    },
    {
      name: 'steps',
      keep: KEEP.steps,
      text: planned ? plannedSteps(result.defrag.steps, 'Member') : openSteps(records),
    },
    { name: 'timeline', keep: KEEP.timeline, text: timeline(records) },
    ...(backup === undefined ? [] : backupSections(backup, undefined)),
  ];
}

function heading(result: DefragResult): string {
  const { startedAt, finishedAt, runId } = result;
  const took = formatSeconds(secondsBetween(startedAt, finishedAt));
  return `## ${title(result)}\n\nBegan ${formatTime(startedAt)}, took ${took}. Run ${code(runId)}.`;
}

function title(result: DefragResult): string {
  const cluster = code(result.defrag.cluster);
  switch (result.outcome.state) {
    case 'changed':
      return `✅ etcd of ${cluster} is defragmented: ${formatBytes(freedBytes(result))} won`;
    case 'ready':
      return `What a defragmentation of ${cluster} would do`;
    case 'nothing-to-do':
      return `✅ Nothing to do: no member of etcd of ${cluster} has enough to win`;
    case 'blocked':
      return `🛑 Blocked: no member of etcd of ${cluster} was touched`;
    case 'failed':
      return `❌ Failed: the defragmentation of ${cluster} is not through`;
    case 'interrupted':
      return `⏸️ Interrupted: the defragmentation of ${cluster} is not through`;
  }
}

function goOn({ outcome, file }: DefragResult): string {
  if (outcome.state !== 'failed' && outcome.state !== 'interrupted') return '';
  return `To go on, run the workflow again, or:\n\n${block('sh', [commandLine('defrag', file)])}`;
}
