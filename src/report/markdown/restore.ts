import type { RestoreResult } from '../model.ts';
import {
  comparisonText,
  differenceText,
  differing,
  keptLines,
  lossText,
  touchedCluster,
  VOLUMES,
} from '../restore-facts.ts';
import { formatSeconds, formatTime, secondsBetween } from '../units.ts';
import { block, code, details, md, table } from './escape.ts';
import { findingSections } from './findings.ts';
import { problemText } from './problem.ts';
import { KEEP, type Section } from './sections.ts';
import { openSteps, plannedSteps, timeline } from './steps.ts';

export function restoreSections(result: RestoreResult): readonly Section[] {
  const { outcome, restore: plan, records, dryRun } = result;
  const touched = touchedCluster(result);
  const planned = dryRun || outcome.state === 'blocked';
  return [
    { name: 'heading', keep: 'always', text: heading(result) },
    {
      name: 'problem',
      keep: 'always',
      text: outcome.problem === undefined ? '' : problemText(outcome.problem),
    },
    { name: 'to go on', keep: 'always', text: goOn(result) },
    ...(planned ? findingSections(plan.findings) : []),
    { name: 'what is lost', keep: KEEP.nodes, text: losses(result) },
    { name: 'against the export', keep: KEEP.nodes, text: comparison(result) },
    { name: 'what is kept', keep: 'always', text: touched ? kept(result) : '' },
    {
      name: 'steps',
      keep: KEEP.steps,
      text: planned ? plannedSteps(plan.steps, 'Host') : openSteps(records),
    },
    { name: 'commands', keep: KEEP.journal, text: dryRun ? commands(result) : '' },
    { name: 'timeline', keep: KEEP.timeline, text: timeline(records) },
    ...(planned ? [] : findingSections(plan.findings)),
  ];
}

function heading(result: RestoreResult): string {
  const { restore: plan, backup, startedAt, finishedAt, runId } = result;
  const took = formatSeconds(secondsBetween(startedAt, finishedAt));
  return `## ${title(result)}\n\nBackup ${code(plan.backupId)} of ${formatTime(backup.manifest.startedAt)}, ${plan.to}. Began ${formatTime(startedAt)}, took ${took}. Run ${code(runId)}.`;
}

function title(result: RestoreResult): string {
  const cluster = code(result.restore.cluster);
  const what = result.command === 'rollback' ? 'rollback' : 'restore';
  const where = touchedCluster(result)
    ? `${cluster} is in the middle of a ${what}`
    : `nothing of ${cluster} was changed`;
  if (result.dryRun) return `What a ${what} of ${cluster} would do`;
  switch (result.outcome.state) {
    case 'changed':
    case 'ready':
    case 'nothing-to-do':
      return result.command === 'rollback'
        ? `✅ ${cluster} is back at ${result.restore.to}`
        : `✅ ${cluster} is back at its backup`;
    case 'blocked':
      return `🛑 Blocked: ${where}`;
    case 'failed':
      return `❌ Failed: ${where}`;
    case 'interrupted':
      return `⏸️ Interrupted: ${where}`;
  }
}

function goOn(result: RestoreResult): string {
  if (result.outcome.state !== 'failed' && result.outcome.state !== 'interrupted') return '';
  return `To go on, run the workflow again, or:\n\n${block('sh', [result.goOn])}`;
}

function losses({ restore: plan, backup, dryRun, outcome }: RestoreResult): string {
  const taken = formatTime(backup.manifest.startedAt);
  const title = dryRun || outcome.state === 'blocked' ? 'What would be lost' : 'What was lost';
  const rows = plan.losses.known
    ? differing(plan.losses.value).map((kind) => [code(kind.resource), md(differenceText(kind))])
    : [];
  const by = rows.length === 0 ? '' : `\n\n${details('By kind', table(['Kind', 'Since the backup'], rows))}`;
  return `### ${title}\n\n${md(lossText(plan, taken))} ${VOLUMES}${by}`;
}

function comparison({ comparison: found }: RestoreResult): string {
  if (found === undefined) return '';
  const rows = differing(found).map((kind) => [code(kind.resource), md(differenceText(kind))]);
  const skipped = found.skipped.map(({ resource, reason }) => [
    code(resource),
    md(`not compared: ${reason}`),
  ]);
  const all = [...rows, ...skipped];
  const by = all.length === 0 ? '' : `\n\n${details('By kind', table(['Kind', 'Against the export'], all))}`;
  return `### Against the export\n\n${md(comparisonText(found))}${by}`;
}

function kept({ restore: plan }: RestoreResult): string {
  return `### Kept\n\nThe data of etcd that was replaced; remove it once nobody needs it any more.\n\n${block('text', keptLines(plan))}`;
}

function commands({ restore: plan }: RestoreResult): string {
  const scripts = plan.steps.flatMap(({ node, nodes, does, script, feed }, index) => {
    if (script === undefined) return [];
    const from =
      feed === undefined ? [] : [`# standard input: ${feed.path} of the backup, unsealed by Kubestair`];
    return [`# ${index + 1}. ${node ?? (nodes ?? []).join(', ')}: ${does}`, ...from, script, ''];
  });
  return details(
    'Every command',
    block('sh', ['# These functions stand before every script.', plan.functions, ...scripts]),
  );
}
