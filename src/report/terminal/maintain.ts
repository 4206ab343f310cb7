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
import { progressOf } from '../progress.ts';
import { count, formatSeconds, secondsBetween } from '../units.ts';
import { backupText } from './backup.ts';
import { columns, type Paint } from './paint.ts';
import { findingsText } from './plan.ts';
import { apiWrites } from './upgrade.ts';

/** What the hosts need, what was or would be done, and the one command to go on. */
export function maintainText(result: MaintainResult, paint: Paint): string {
  const { maintenance, outcome, backup } = result;
  const planned = !touchedHosts(result);
  const blocks = [
    headline(result, paint),
    planned ? findingsText(maintenance.findings, paint) : '',
    planned
      ? tableOf(NODE_COLUMNS, neededRows(result), paint)
      : tableOf(WORK_COLUMNS, workRows(result), paint),
    planned ? steps(result, paint) : progress(result, paint),
    apiWrites(result, paint),
    backup === undefined ? '' : backupText(backup, paint),
  ];
  if (outcome.state === 'failed' || outcome.state === 'interrupted') {
    blocks.push([paint('bold', 'To go on'), `  ${maintainCommand(result)}`].join('\n'));
  }
  if (outcome.state === 'ready') blocks.push(['To carry it out:', `  ${maintainCommand(result)}`].join('\n'));
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headline(result: MaintainResult, paint: Paint): string {
  const { maintenance, outcome } = result;
  const { cluster } = maintenance;
  const took = formatSeconds(secondsBetween(result.startedAt, result.finishedAt));
  const taken = count(takenNodes(result).length, 'node');
  const goesOn = maintenance.goesOn ? ` It goes on with the maintenance ${maintenance.id}.` : '';
  switch (outcome.state) {
    case 'changed':
      return paint('green', `${cluster}: ${taken} maintained in ${took}.${goesOn}`);
    case 'ready':
      return paint('bold', `What a maintenance of ${cluster} would do. Nothing was changed.${goesOn}`);
    case 'nothing-to-do':
      return paint('green', `Nothing to do: no node of ${cluster} needs anything.`);
    case 'blocked':
      return paint('red', `Blocked after ${took}: no node of ${cluster} was touched.`);
    case 'failed':
      return paint('red', `Failed after ${took}: ${taken} of ${cluster} maintained.${goesOn}`);
    case 'interrupted':
      return paint('yellow', `Interrupted after ${took}: ${taken} of ${cluster} maintained.${goesOn}`);
  }
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  if (rows.length === 0) return '';
  return columns([head.map((name) => paint('dim', name.toUpperCase())), ...rows]).join('\n');
}

function steps({ maintenance }: MaintainResult, paint: Paint): string {
  if (maintenance.steps.length === 0) return '';
  const about = formatSeconds(maintenance.forecast.expectedSeconds);
  const rows = maintenance.steps.map(({ node, does }, index) => [
    String(index + 1).padStart(3),
    node ?? '-',
    does,
  ]);
  const evicted = count(maintenance.forecast.evictions.length, 'pod');
  return [
    paint('bold', `Steps: ${rows.length}, about ${about}; evicts ${evicted}`),
    ...columns(rows, '  '),
  ].join('\n');
}

function progress({ records }: MaintainResult, paint: Paint): string {
  const { stopped, open } = progressOf(records);
  const notes = records.flatMap(({ step, notes: own }) => own.map((note) => `  ${step.id}: ${note}`));
  return [
    ...(notes.length === 0 ? [] : [paint('bold', 'Notes'), ...notes]),
    ...stopped.map(({ step, state, error = '' }) => `${paint('red', state)}  ${step.id}: ${error}`),
    ...(open.length === 0 ? [] : [`${paint('bold', 'Not done')}  ${count(open.length, 'step')}:`]),
    ...open.map(({ step }) => `  ${step.id}`),
  ].join('\n');
}
