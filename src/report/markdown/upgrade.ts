import type { StepRecord } from '../../rollout/timeline.ts';
import { apiWritesText } from '../api-writes.ts';
import { commandLine } from '../commands.ts';
import { goBack } from '../go-back.ts';
import type { Result } from '../model.ts';
import { awayText, nodeTimes } from '../node-times.ts';
import { progressOf, touchedNodes } from '../progress.ts';
import { count, formatSeconds, formatTime, secondsBetween } from '../units.ts';
import { backupSections } from './backup.ts';
import { block, code, details, md, table } from './escape.ts';
import { findingSections } from './findings.ts';
import { planSections } from './plan.ts';
import { problemText } from './problem.ts';
import { KEEP, type Section } from './sections.ts';
import { timeline } from './steps.ts';

type UpgradeResult = Extract<Result, { readonly command: 'upgrade' }>;

export function upgradeSections(result: UpgradeResult): readonly Section[] {
  const { plan, source, outcome, backup, records } = result;
  if (outcome.state === 'blocked' && plan.verdict === 'blocked') return planSections(plan, source);
  const touched = touchedNodes(records);
  const { problem } = outcome;
  return [
    { name: 'heading', keep: 'always', text: heading(result) },
    { name: 'problem', keep: 'always', text: problem === undefined ? '' : problemText(problem) },
    { name: 'to go on', keep: 'always', text: goOn(result) },
    ...(touched ? workSections(result) : []),
    ...(backup === undefined ? [] : backupSections(backup, touched ? goBack(result, backup) : undefined)),
    ...findingSections(plan.findings),
  ];
}

function workSections({ records, apiWrites }: UpgradeResult): readonly Section[] {
  const writes = apiWrites === undefined ? '' : `**API server**: ${apiWritesText(apiWrites)}.`;
  return [
    { name: 'nodes', keep: KEEP.nodes, text: nodes(records) },
    { name: 'availability of the API server', keep: KEEP.nodes, text: writes },
    { name: 'steps that are not done', keep: KEEP.openSteps, text: openSteps(records) },
    { name: 'waits and retries', keep: KEEP.waits, text: waits(records) },
    { name: 'timeline', keep: KEEP.timeline, text: timeline(records) },
  ];
}

function heading(result: UpgradeResult): string {
  const { plan, startedAt, finishedAt, runId } = result;
  const took = formatSeconds(secondsBetween(startedAt, finishedAt));
  const path = [plan.current, ...plan.hops.map((hop) => hop.to)].map(code).join(' → ');
  const facts =
    result.outcome.state === 'nothing-to-do'
      ? 'Nothing was changed.'
      : `Path: ${path}. Began ${formatTime(startedAt)}, took ${took}. Run ${code(runId)}.`;
  return `## ${title(result)}\n\n${facts}`;
}

function title({ plan, outcome, records }: UpgradeResult): string {
  const cluster = code(plan.cluster);
  const where = touchedNodes(records)
    ? `${cluster} is on its way to ${plan.target}`
    : `no node of ${cluster} was touched`;
  switch (outcome.state) {
    case 'changed':
      return `✅ ${cluster} is at ${plan.target}`;
    case 'nothing-to-do':
    case 'ready':
      return `✅ Nothing to do: ${cluster} is at ${plan.target}`;
    case 'blocked':
      return `🛑 Blocked: ${where}`;
    case 'failed':
      return `❌ Failed: ${where}`;
    case 'interrupted':
      return `⏸️ Interrupted: ${where}`;
  }
}

function goOn({ outcome, records, source, dossier }: UpgradeResult): string {
  if (outcome.state !== 'failed' && outcome.state !== 'interrupted') return '';
  const progress = progressOf(records);
  const done = progress.done.length + progress.doneBefore.length;
  const says = `${count(done, 'step')} of ${records.length} ${done === 1 ? 'is' : 'are'} done. To go on, run the workflow again, or:`;
  return [
    says,
    block('sh', [commandLine('upgrade', source.file)]),
    ...(dossier === undefined
      ? []
      : [
          `What hosts, cluster and etcd said just then is in ${code(dossier)}, without secrets: keep it with an upload of the output ${code('dossier-file')}.`,
        ]),
  ].join('\n\n');
}

function nodes(records: readonly StepRecord[]): string {
  const times = nodeTimes(records);
  if (times.length === 0) return '';
  const rows = times.map((row) => [
    code(row.node),
    row.to,
    duration(row.drain),
    duration(row.upgrade),
    awayText(row) ?? '–',
    row.state,
  ]);
  return `### Nodes\n\n${table(['Node', 'To', 'Drain', 'Upgrade', 'Away', 'State'], rows)}`;
}

function openSteps(records: readonly StepRecord[]): string {
  const { stopped, open } = progressOf(records);
  if (stopped.length === 0 && open.length === 0) return '';
  const rows = [...stopped, ...open].map(({ step, state, error, notes }) => [
    code(step.id),
    // A word that is broken over two lines makes every row two lines high.
    state.replace('-', '&nbsp;'),
    [step.does, ...(error === undefined ? [] : [error]), ...notes].map(md).join('<br>'),
  ]);
  return `### Not done\n\n${table(['Step', 'State', 'What'], rows)}`;
}

function waits(records: readonly StepRecord[]): string {
  const { done, doneBefore } = progressOf(records);
  const rows = [...done, ...doneBefore]
    .filter(({ notes }) => notes.length > 0)
    .map(({ step, notes }) => [code(step.id), notes.map(md).join('<br>')]);
  return rows.length === 0 ? '' : details('Waits and retries', table(['Step', ''], rows));
}

function duration(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatSeconds(seconds);
}
