import type { StepRecord } from '../../rollout/timeline.ts';
import { apiWritesText } from '../api-writes.ts';
import { commandLine } from '../commands.ts';
import { goBack } from '../go-back.ts';
import type { Result } from '../model.ts';
import { awayText, type NodeTimes, nodeTimes } from '../node-times.ts';
import { progressOf, touchedNodes } from '../progress.ts';
import { formatSeconds, formatTime, secondsBetween } from '../units.ts';
import { chart } from './chart.ts';
import { code, folded, type Html, html, lines, section, table, whole } from './html.ts';
import { backupSection, findingsSection, problemBox, type Tile, tiles } from './parts.ts';
import { rowsOfRecords } from './rows.ts';

type UpgradeResult = Extract<Result, { readonly command: 'upgrade' }>;

/** An upgrade for whoever was not there: what it did, when, to whom, what was proven, and the way back. */
export function upgradeBody(result: UpgradeResult): Html {
  const { plan, records, backup, outcome } = result;
  const touched = touchedNodes(records);
  return html`${tiles(tilesOf(result))}
${problemBox(outcome.problem)}${goOn(result)}
${section('Timeline', chart(rowsOfRecords(records), 'When each node was drained, upgraded and away'))}
${section('Nodes', nodesTable(nodeTimes(records)))}
${section('Availability', availability(result))}
${section('Not done', openTable(records))}
${findingsSection(plan.findings)}
${backupSection(backup, touched && backup !== undefined ? goBack(result, backup) : undefined)}
${section('Steps', folded(`All ${records.length} steps`, stepsTable(records)))}`;
}

function tilesOf({ plan, records, startedAt, finishedAt, backup }: UpgradeResult): readonly Tile[] {
  const times = nodeTimes(records);
  const upgraded = times.filter(({ state }) => state === 'upgraded' || state === 'upgraded before');
  const longest = times.reduce((most, { away = 0 }) => Math.max(most, away), 0);
  const hops = [plan.current, ...plan.hops.map(({ to }) => to)];
  return [
    { value: hops.join(' → '), about: 'path' },
    { value: formatSeconds(secondsBetween(startedAt, finishedAt)), about: `from ${formatTime(startedAt)}` },
    { value: `${upgraded.length} of ${times.length}`, about: 'nodes upgraded, each hop counted' },
    ...(longest > 0 ? [{ value: formatSeconds(longest), about: 'longest that a node took no pods' }] : []),
    ...(backup === undefined
      ? []
      : [{ value: `backup ${backup.manifest.state}`, about: backup.manifest.id }]),
  ];
}

function goOn({ outcome, source, dossier }: UpgradeResult): Html {
  if (outcome.state !== 'failed' && outcome.state !== 'interrupted') return html``;
  return html`<p>To go on where it stopped, run the workflow again, or:</p><pre>${commandLine('upgrade', source.file)}</pre>${dossier === undefined ? undefined : html`<p>What hosts, cluster and etcd said just then is in ${code(dossier)}.</p>`}`;
}

function availability({ apiWrites }: UpgradeResult): Html {
  return apiWrites === undefined ? html`` : html`<p>API server: ${apiWritesText(apiWrites)}.</p>`;
}

function nodesTable(times: readonly NodeTimes[]): Html {
  const rows = times.map((each) => [
    code(each.node),
    each.to,
    duration(each.drain),
    duration(each.upgrade),
    awayText(each) ?? '–',
    each.state,
  ]);
  return table(['Node', 'To', 'Drain', 'Upgrade', 'Took no pods', 'State'], rows);
}

function openTable(records: readonly StepRecord[]): Html {
  const { stopped, open } = progressOf(records);
  const rows = [...stopped, ...open].map(({ step, state, error, notes }) => [
    code(step.id),
    whole(state.replace('-', ' ')),
    lines([step.does, ...(error === undefined ? [] : [error]), ...notes]),
  ]);
  return table(['Step', 'State', 'What'], rows);
}

function stepsTable(records: readonly StepRecord[]): Html {
  const rows = records.map(({ step, state, startedAt, finishedAt, notes }) => [
    code(step.id),
    whole(state.replace('-', ' ')),
    startedAt === undefined ? '–' : formatTime(startedAt).slice(11),
    startedAt === undefined || finishedAt === undefined
      ? '–'
      : formatSeconds(secondsBetween(startedAt, finishedAt)),
    lines([step.does, ...notes]),
  ]);
  return table(['Step', 'State', 'Began', 'Took', 'What, and what it waited for'], rows);
}

function duration(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatSeconds(seconds);
}
