import type { Plan, Step } from '../../plan/plan.ts';
import { commandLine } from '../commands.ts';
import type { PlanSource } from '../model.ts';
import { stepGroups } from '../plan-facts.ts';
import { count, formatSeconds } from '../units.ts';
import { block, code, details, md, table } from './escape.ts';
import { findingSections } from './findings.ts';
import { planGantt } from './plan-gantt.ts';
import { planHeading } from './plan-heading.ts';
import { KEEP, type Section } from './sections.ts';

/** A plan for a reviewer: what will happen, how long, what could go wrong; then each in detail; then how to approve it. */
export function planSections(plan: Plan, source: PlanSource): readonly Section[] {
  const working = plan.verdict !== 'nothing-to-do';
  return [
    { name: 'heading', keep: 'always', text: planHeading(plan, source) },
    ...findingSections(plan.findings),
    { name: 'timeline', keep: KEEP.timeline, text: working ? rolloutChart(plan) : '' },
    { name: 'steps', keep: KEEP.steps, text: working ? steps(plan) : '' },
    { name: 'evictions', keep: KEEP.evictions, text: working ? evictions(plan) : '' },
    { name: 'next', keep: 'always', text: next(plan, source) },
    { name: 'what runs then', keep: KEEP.afterMerge, text: plan.verdict === 'ready' ? whatRuns(plan) : '' },
  ];
}

function rolloutChart(plan: Plan): string {
  const chart = planGantt(plan.steps, plan.atOnce);
  return chart === ''
    ? ''
    : `### Rollout\n\n${chart}\n\n<sub>Hours and minutes from the start, as expected. In red: the node takes no pods.</sub>`;
}

function steps(plan: Plan): string {
  const groups = stepGroups(plan.steps).map(({ to, node, steps: own }) => {
    const seconds = own.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
    const title = node === undefined ? '_cluster_' : code(node);
    return [to, title, own.map((step) => stepText(step)).join('<br>'), formatSeconds(seconds)];
  });
  return details(
    `Steps, node by node: ${plan.steps.length}`,
    table(['To', 'Node', 'Steps', 'About'], groups),
  );
}

function stepText({ does }: Step): string {
  return md(does);
}

function evictions(plan: Plan): string {
  const evicted = plan.forecast.evictions;
  if (evicted.length === 0) return '';
  const rows = evicted.map(({ node, pod, controller, budgets }) => [
    code(node),
    code(pod),
    code(controller),
    budgets.map(code).join(', '),
  ]);
  const body = table(['Node', 'Pod', 'Controller', 'Budgets'], rows);
  return details(`Evictions, as it looks now: ${count(evicted.length, 'pod')}`, body);
}

function next(plan: Plan, source: PlanSource): string {
  switch (plan.verdict) {
    case 'nothing-to-do':
      return '';
    case 'blocked':
      return '**Nothing has been changed.** Settle what is in the way, then run this job again.';
    case 'ready':
      return [
        '### To approve',
        `**Nothing has been changed yet.** With its hash, ${code('upgrade')} carries out exactly this plan; if the cluster, the file or Kubestair made another one of it, it stops before the first change:`,
        block('sh', [commandLine('upgrade', source.file, plan.hash)]),
      ].join('\n\n');
  }
}

/** What `upgrade` does, in the words of the README's promises. */
function whatRuns(plan: Plan): string {
  const hops = plan.hops.map(({ from, to }) => `${code(from)} → ${code(to)}`).join(', then ');
  const lines = [
    'The lock of the cluster is taken, and the cluster is looked at again: another plan ends the run.',
    'Every resource, etcd and the files of the control-plane hosts are backed up and read back. If that fails, no node is touched.',
    `${hops}: control planes one after another, then workers. Each begins only once the one before is healthy.`,
    'Any stop leaves a cluster that the same command goes on with, and the summary says how to go back.',
  ];
  return details('What runs then', lines.map((line, index) => `${index + 1}. ${line}`).join('\n'));
}
