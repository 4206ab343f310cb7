import type { Plan, WorkloadForecast } from '../../plan/plan.ts';
import { commandLine } from '../commands.ts';
import type { PlanSource } from '../model.ts';
import { changedNodes, countBySeverity, disruptionText, stepGroups } from '../plan-facts.ts';
import { formatSeconds, formatTime } from '../units.ts';
import { chart } from './chart.ts';
import { code, folded, type Html, html, lines, section, table } from './html.ts';
import { findingsSection, type Tile, tiles } from './parts.ts';
import { rowsOfPlan } from './rows.ts';

/** A plan on one page: what would be done, how long, whom it disrupts, what is in the way, and how to approve it. */
export function planBody(plan: Plan, source: PlanSource): Html {
  const { observed } = source;
  const old =
    observed === undefined
      ? undefined
      : html`<div class="note">Made from ${code(observed.file)}, what the cluster looked like at ${formatTime(observed.savedAt)}, and not from the cluster as it is now.</div>`;
  return html`${tiles(tilesOf(plan))}${old}
${approval(plan, source)}
${findingsSection(plan.findings)}
${section('Expected rollout', chart(rowsOfPlan(plan), 'When each node is expected to be drained, upgraded and away'))}
${section('Who is disrupted', workloadsTable(plan.forecast.workloads))}
${section('Steps', folded(`All ${plan.steps.length} steps`, stepsTable(plan)))}`;
}

function tilesOf(plan: Plan): readonly Tile[] {
  const counts = countBySeverity(plan.findings);
  const { longestAbsence } = plan.forecast;
  return [
    { value: [plan.current, ...plan.hops.map(({ to }) => to)].join(' → '), about: 'path' },
    {
      value: `about ${formatSeconds(plan.forecast.expectedSeconds)}`,
      about: `${changedNodes(plan).length} nodes`,
    },
    ...(longestAbsence === undefined
      ? []
      : [{ value: formatSeconds(longestAbsence.seconds), about: `longest absence, ${longestAbsence.node}` }]),
    { value: disruptionText(plan), about: 'evicted' },
    { value: String(counts.blocking + counts.unknown), about: `in the way; ${counts.warning} warnings` },
  ];
}

function approval(plan: Plan, source: PlanSource): Html {
  switch (plan.verdict) {
    case 'nothing-to-do':
      return html``;
    case 'blocked':
      return html`<p><b>Nothing has been changed.</b> Settle what is in the way, then plan again.</p>`;
    case 'ready':
      return html`<p><b>Nothing has been changed yet.</b> To carry out exactly this plan:</p><pre>${commandLine('upgrade', source.file, plan.hash)}</pre>`;
  }
}

function workloadsTable(workloads: readonly WorkloadForecast[]): Html {
  const rows = workloads.map(({ workload, pods, evicted, budgets, outage, stranded }) => [
    code(workload),
    `${evicted} evictions of ${pods} pods`,
    lines(budgets.map(code)),
    lines([
      ...(outage === undefined
        ? []
        : [
            `away${outage.seconds === undefined ? '' : ` for about ${formatSeconds(outage.seconds)}`} while ${outage.node} drains`,
          ]),
      ...(stranded > 0 ? [`${stranded} pods fit nowhere else`] : []),
    ]),
  ]);
  return table(['Workload', 'Pods', 'Budgets', 'What it means'], rows);
}

function stepsTable(plan: Plan): Html {
  const rows = stepGroups(plan.steps).map(({ to, node, steps }) => [
    node === undefined ? 'cluster' : code(node),
    to,
    lines(steps.map(({ does }) => does)),
    formatSeconds(steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0)),
  ]);
  return table(['Node', 'To', 'Steps', 'About'], rows);
}
