import { commandLine } from '../commands.ts';
import { DEFRAG_COLUMNS, defragRows, freedBytes } from '../defrag-facts.ts';
import type { DefragResult } from '../model.ts';
import { progressOf } from '../progress.ts';
import { count, formatBytes, formatSeconds, secondsBetween } from '../units.ts';
import { backupText } from './backup.ts';
import { columns, type Paint } from './paint.ts';

/** Sizes of the members before and after, and what was or would be done. */
export function defragText(result: DefragResult, paint: Paint): string {
  const { backup, outcome } = result;
  const head = DEFRAG_COLUMNS.map((name) => paint('dim', name.toUpperCase()));
  const blocks = [headline(result, paint), columns([head, ...defragRows(result)]).join('\n')];
  if (result.dryRun || outcome.state === 'blocked') blocks.push(steps(result, paint));
  else if (outcome.state !== 'changed') blocks.push(openSteps(result, paint));
  if (backup !== undefined) blocks.push(backupText(backup, paint));
  if (outcome.state === 'failed' || outcome.state === 'interrupted') {
    blocks.push([paint('bold', 'To go on'), `  ${commandLine('defrag', result.file)}`].join('\n'));
  }
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headline(result: DefragResult, paint: Paint): string {
  const { defrag, outcome, records } = result;
  const took = formatSeconds(secondsBetween(result.startedAt, result.finishedAt));
  const done = progressOf(records).done.filter(({ step }) => step.kind === 'defragment').length;
  switch (outcome.state) {
    case 'changed':
      return paint(
        'green',
        `${count(done, 'member')} of etcd of ${defrag.cluster} defragmented in ${took}, ${formatBytes(freedBytes(result))} won.`,
      );
    case 'ready':
      return paint('bold', `What a defragmentation of ${defrag.cluster} would do. Nothing was changed.`);
    case 'nothing-to-do':
      return paint('green', `Nothing to do: no member of etcd of ${defrag.cluster} has enough to win.`);
    case 'blocked':
      return paint('red', `Blocked after ${took}: no member of etcd of ${defrag.cluster} was touched.`);
    case 'failed':
      return paint('red', `Failed after ${took}: ${count(done, 'member')} defragmented.`);
    case 'interrupted':
      return paint('yellow', `Interrupted after ${took}: ${count(done, 'member')} defragmented.`);
  }
}

function steps({ defrag }: DefragResult, paint: Paint): string {
  if (defrag.steps.length === 0) return '';
  const rows = defrag.steps.map(({ node, does }, index) => [
    String(index + 1).padStart(3),
    node ?? '-',
    does,
  ]);
  return [paint('bold', `Steps: ${defrag.steps.length}`), ...columns(rows, '  ')].join('\n');
}

function openSteps({ records }: DefragResult, paint: Paint): string {
  const { stopped, open } = progressOf(records);
  return [
    ...stopped.map(({ step, state, error = '' }) => `${paint('red', state)}  ${step.id}: ${error}`),
    ...open.map(({ step }) => `not done  ${step.id}`),
  ].join('\n');
}
