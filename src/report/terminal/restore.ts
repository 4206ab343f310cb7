import type { RestorePlan } from '../../restore/etcd/plan.ts';
import type { RestoreResult } from '../model.ts';
import { progressOf } from '../progress.ts';
import {
  comparisonText,
  differenceText,
  differing,
  keptLines,
  lossText,
  touchedCluster,
  VOLUMES,
} from '../restore-facts.ts';
import { count, formatSeconds, formatTime, secondsBetween } from '../units.ts';
import { columns, indented, type Paint } from './paint.ts';
import { findingsText } from './plan.ts';

/** What a restore or a rollback did or would do. */
export function restoreText(result: RestoreResult, paint: Paint): string {
  const { restore: plan, comparison } = result;
  const blocks = [headline(result, paint)];
  if (result.dryRun || result.outcome.state === 'blocked') {
    blocks.push(restorePlanText(plan, result.backup.manifest.startedAt, paint));
    if (result.dryRun) blocks.push(commands(plan, paint));
    return join(blocks);
  }
  blocks.push(openSteps(result, paint));
  if (comparison !== undefined) {
    const rows = differing(comparison).map((kind) => [kind.resource, differenceText(kind)]);
    blocks.push(
      [paint('bold', 'Against the export'), `  ${comparisonText(comparison)}`, ...columns(rows, '  ')].join(
        '\n',
      ),
    );
  }
  if (touchedCluster(result)) {
    blocks.push(
      [paint('bold', 'The old data of etcd is kept'), ...keptLines(plan).map((line) => `  ${line}`)].join(
        '\n',
      ),
    );
    blocks.push(VOLUMES);
  }
  blocks.push(goOn(result, paint));
  return join(blocks);
}

/** What an operator has to know before the cluster's name is typed. */
export function restorePlanText(plan: RestorePlan, takenAt: string, paint: Paint): string {
  const facts = [
    ['Cluster', plan.cluster],
    ['Backup', `${plan.backupId} of ${plan.to}`],
    [
      'Hosts',
      plan.hosts
        .filter(({ role }) => role !== 'worker')
        .map(({ name }) => name)
        .join(', '),
    ],
    ...(plan.from === plan.to ? [] : [['Versions', `${plan.from} now, ${plan.to} in the backup`]]),
    ...(plan.goesOn ? [['Goes on', `with the unfinished restore ${plan.restoreId}`]] : []),
  ];
  const steps = plan.steps.map(({ node, does }, index) => [String(index + 1).padStart(3), node ?? '-', does]);
  const losses = plan.losses.known ? differing(plan.losses.value) : [];
  return join([
    columns(facts.map(([name = '', value = '']) => [paint('bold', name), value])).join('\n'),
    findingsText(plan.findings, paint),
    [
      paint('bold', 'What is lost'),
      `  ${lossText(plan, formatTime(takenAt))}`,
      ...columns(
        losses.map((kind) => [kind.resource, differenceText(kind)]),
        '  ',
      ),
      `  ${VOLUMES}`,
    ].join('\n'),
    [paint('bold', `Steps: ${plan.steps.length}`), ...columns(steps, '  ')].join('\n'),
  ]);
}

/** Every command as root would run it. */
function commands({ steps, functions }: RestorePlan, paint: Paint): string {
  const scripts = steps.flatMap(({ node, nodes, does, script, feed }, index) => {
    if (script === undefined) return [];
    const where = node ?? (nodes ?? []).join(', ');
    const from =
      feed === undefined ? '' : `\n# standard input: ${feed.path} of the backup, unsealed on this machine`;
    return [`${paint('bold', `# ${index + 1}. ${where}: ${does}`)}${from}\n${script}`];
  });
  return join([
    paint('bold', 'Commands'),
    `# These functions stand before every script.\n${functions.trimEnd()}`,
    ...scripts,
  ]);
}

function headline(result: RestoreResult, paint: Paint): string {
  const { restore: plan, outcome, dryRun } = result;
  const took = formatSeconds(secondsBetween(result.startedAt, result.finishedAt));
  const where = touchedCluster(result) ? `${plan.cluster} is in the middle of it` : 'nothing was changed';
  const what = result.command === 'rollback' ? 'rollback' : 'restore';
  if (dryRun) return paint('bold', `What a ${what} of ${plan.cluster} would do. Nothing was changed.`);
  switch (outcome.state) {
    case 'changed':
    case 'ready':
    case 'nothing-to-do':
      return paint(
        'green',
        result.command === 'rollback'
          ? `${plan.cluster} is back at ${plan.to} and at ${plan.backupId}, rolled back from ${plan.from} in ${took}.`
          : `${plan.cluster} is back at ${plan.backupId}, restored in ${took}.`,
      );
    case 'blocked':
      return paint('red', `Blocked after ${took}: ${where}.`);
    case 'failed':
      return paint('red', `Failed after ${took}: ${where}.`);
    case 'interrupted':
      return paint('yellow', `Interrupted after ${took}: ${where}.`);
  }
}

function openSteps({ records, outcome }: RestoreResult, paint: Paint): string {
  if (outcome.state === 'changed') {
    const notes = records.flatMap(({ step, notes }) => notes.map((note) => `  ${step.id}: ${note}`));
    return notes.length === 0 ? '' : [paint('bold', 'Notes'), ...notes].join('\n');
  }
  const { done, doneBefore, stopped, open } = progressOf(records);
  return [
    `${paint('bold', 'Done')}  ${count(done.length + doneBefore.length, 'step')}`,
    ...stopped.map(({ step, state, error = '' }) => `${paint('red', state)}  ${step.id}: ${error}`),
    ...(open.length === 0 ? [] : [`${paint('bold', 'Not done')}  ${count(open.length, 'step')}:`]),
    ...open.map(({ step }) => indented(step.id, '  ')),
  ].join('\n');
}

function goOn(result: RestoreResult, paint: Paint): string {
  if (result.outcome.state !== 'failed' && result.outcome.state !== 'interrupted') return '';
  return [paint('bold', 'To go on'), `  ${result.goOn}`].join('\n');
}

function join(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n');
}
