import type { StepRecord } from '../../rollout/timeline.ts';
import { apiWritesText } from '../api-writes.ts';
import { commandLine } from '../commands.ts';
import { goBack } from '../go-back.ts';
import type { Result } from '../model.ts';
import { awayText, nodeTimes } from '../node-times.ts';
import { progressOf, touchedNodes } from '../progress.ts';
import { count, formatSeconds, secondsBetween } from '../units.ts';
import { backupText, goBackText } from './backup.ts';
import { columns, type Paint } from './paint.ts';
import { planText } from './plan.ts';

type UpgradeResult = Extract<Result, { readonly command: 'upgrade' }>;

/** What an upgrade did, what it did not, and the one command to go on. */
export function upgradeText(result: UpgradeResult, paint: Paint): string {
  if (result.outcome.state === 'blocked' && result.plan.verdict === 'blocked') {
    return planText(result.plan, result.source, paint);
  }
  const blocks = [headline(result, paint), goOn(result, paint)];
  if (touchedNodes(result.records)) {
    blocks.splice(
      1,
      0,
      nodes(result.records, paint),
      apiWrites(result, paint),
      waits(result.records, paint),
      openSteps(result.records, paint),
    );
  }
  if (result.backup !== undefined) blocks.push(backupText(result.backup, paint));
  if (result.backup !== undefined && touchedNodes(result.records)) {
    const way = goBack(result, result.backup);
    if (way !== undefined) blocks.push(goBackText(way, paint));
  }
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headline(result: UpgradeResult, paint: Paint): string {
  const { plan, outcome } = result;
  const took = formatSeconds(secondsBetween(result.startedAt, result.finishedAt));
  switch (outcome.state) {
    case 'changed':
      return paint(
        'green',
        `${plan.cluster} is at ${plan.target}: upgraded from ${plan.current} in ${took}.`,
      );
    case 'nothing-to-do':
    case 'ready':
      return paint('green', `Nothing to do: ${plan.cluster} is at ${plan.target}.`);
    case 'blocked':
      return paint('red', `Blocked after ${took}: ${untouched(result)}`);
    case 'failed':
      return paint('red', `Failed after ${took}: ${untouched(result)}`);
    case 'interrupted':
      return paint('yellow', `Interrupted after ${took}: ${untouched(result)}`);
  }
}

function untouched(result: UpgradeResult): string {
  const { cluster, target } = result.plan;
  return touchedNodes(result.records)
    ? `${cluster} is on its way to ${target}.`
    : `no node of ${cluster} was touched.`;
}

function nodes(records: readonly StepRecord[], paint: Paint): string {
  const times = nodeTimes(records);
  if (times.length === 0) return '';
  const head = ['NODE', 'TO', 'DRAIN', 'UPGRADE', 'AWAY', 'STATE'].map((name) => paint('dim', name));
  const rows = times.map((row) => [
    row.node,
    row.to,
    duration(row.drain),
    duration(row.upgrade),
    awayText(row) ?? '-',
    row.state,
  ]);
  return columns([head, ...rows]).join('\n');
}

/** How well the API server took writes meanwhile. */
export function apiWrites({ apiWrites }: Pick<UpgradeResult, 'apiWrites'>, paint: Paint): string {
  return apiWrites === undefined ? '' : `${paint('bold', 'API server')}  ${apiWritesText(apiWrites)}`;
}

function waits(records: readonly StepRecord[], paint: Paint): string {
  const { done } = progressOf(records);
  const lines = done.flatMap(({ step, notes }) => notes.map((note) => `  ${step.id}: ${note}`));
  return lines.length === 0 ? '' : [paint('bold', 'Waits and retries'), ...lines].join('\n');
}

function openSteps(records: readonly StepRecord[], paint: Paint): string {
  const progress = progressOf(records);
  if (progress.stopped.length === 0 && progress.open.length === 0) return '';
  const lines = [
    `${paint('bold', 'Done')}  ${count(progress.done.length + progress.doneBefore.length, 'step')}`,
  ];
  for (const { step, state, error, notes } of progress.stopped) {
    lines.push(
      `${paint('red', state)}  ${step.id}${error === undefined ? '' : `: ${error.replaceAll('\n', '\n  ')}`}`,
    );
    lines.push(...notes.map((note) => `  ${note}`));
  }
  if (progress.open.length > 0) {
    lines.push(`${paint('bold', 'Not done')}  ${count(progress.open.length, 'step')}:`);
    lines.push(...progress.open.map(({ step }) => `  ${step.id}`));
  }
  return lines.join('\n');
}

function goOn({ outcome, source, dossier }: UpgradeResult, paint: Paint): string {
  if (outcome.state !== 'failed' && outcome.state !== 'interrupted') return '';
  return [
    paint('bold', 'To go on'),
    `  ${commandLine('upgrade', source.file)}`,
    ...(dossier === undefined ? [] : [`${paint('bold', 'What was found around it')}  ${dossier}`]),
  ].join('\n');
}

function duration(seconds: number | undefined): string {
  return seconds === undefined ? '-' : formatSeconds(seconds);
}
