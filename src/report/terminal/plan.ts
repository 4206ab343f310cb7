import { formatLocation } from '../../errors.ts';
import { bySeverity } from '../../plan/blocking.ts';
import type { Finding, Plan, Severity, Step } from '../../plan/plan.ts';
import { acceptedBecause } from '../accepted.ts';
import { commandLine } from '../commands.ts';
import type { PlanSource } from '../model.ts';
import { drainsText, windowText } from '../plan-facts.ts';
import { count, formatSeconds, formatTime } from '../units.ts';
import { columns, indented, type Paint, type Style } from './paint.ts';

/** A plan as `terraform plan` would show it: what is wrong first, what is done, whom it hits, what comes next. */
export function planText(plan: Plan, source: PlanSource, paint: Paint): string {
  const blocks = [heading(plan, source, paint), findingsText(plan.findings, paint)];
  if (plan.verdict !== 'nothing-to-do') blocks.push(steps(plan, paint), evictions(plan, paint));
  blocks.push(verdict(plan, source, paint));
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** What checks found, worst first. */
export function findingsText(found: readonly Finding[], paint: Paint): string {
  if (found.length === 0) return '';
  const lines = found.toSorted(bySeverity).map((finding) => {
    const { accepted } = finding;
    const place = finding.location === undefined ? '' : `\n  --> ${formatLocation(finding.location)}`;
    const what = accepted === undefined ? finding.severity : 'accepted';
    const remedy =
      accepted !== undefined
        ? `\n  ${acceptedBecause(accepted)}`
        : finding.remedy === ''
          ? ''
          : `\n  do: ${finding.remedy}`;
    const title = `${paint(accepted === undefined ? STYLES[finding.severity] : 'dim', what)} ${paint('bold', finding.object)}`;
    return `${title} (${[finding.check, finding.code].filter(Boolean).join(', ')})${place}\n${indented(finding.message, '  ')}${remedy}`;
  });
  return [paint('bold', 'Findings'), ...lines.map((line) => indented(line, '  '))].join('\n');
}

function heading(plan: Plan, source: PlanSource, paint: Paint): string {
  const rows = [
    ['Cluster', plan.cluster],
    ['Asked for', `${plan.target} in ${formatLocation(source.versionAt)}`],
    ['Path', pathOf(plan)],
    ...(plan.window === undefined ? [] : [['When', windowText(plan)]]),
    ...(source.observed === undefined
      ? []
      : [
          [
            'Seen',
            `${formatTime(source.observed.savedAt)} in ${source.observed.file}, not the cluster as it is now`,
          ],
        ]),
  ];
  return columns(rows.map(([name = '', value = '']) => [paint('bold', name), value])).join('\n');
}

function pathOf(plan: Plan): string {
  if (plan.hops.length === 0) return `${plan.current}, which is the target`;
  return [plan.current, ...plan.hops.map((hop) => hop.to)].join(' -> ');
}

function steps(plan: Plan, paint: Paint): string {
  const title = `Steps: ${plan.steps.length}, about ${formatSeconds(plan.forecast.expectedSeconds)}`;
  const rows = plan.steps.map((step, index) => [
    String(index + 1).padStart(3),
    step.hop.to,
    step.node ?? '-',
    paint('dim', `~${formatSeconds(step.expectedSeconds)}`),
    doing(step),
  ]);
  return [paint('bold', title), ...columns(rows, '  '), ...drainsSaved(plan)].join('\n');
}

function drainsSaved({ drains }: Plan): readonly string[] {
  const text = drainsText(drains);
  return text === '' ? [] : [`  ${text}`];
}

function doing(step: Step): string {
  return step.does.replaceAll('\n', ' ');
}

function evictions(plan: Plan, paint: Paint): string {
  const evicted = plan.forecast.evictions;
  if (evicted.length === 0) return '';
  const rows = evicted.map(({ node, pod, controller, budgets }) => [
    node,
    pod,
    controller === '' ? '-' : controller,
    budgets.length === 0 ? '-' : budgets.join(', '),
  ]);
  const title = `Evictions, as it looks now: ${count(evicted.length, 'pod')}`;
  const head = ['NODE', 'POD', 'CONTROLLER', 'BUDGETS'].map((name) => paint('dim', name));
  return [paint('bold', title), ...columns([head, ...rows], '  ')].join('\n');
}

function verdict(plan: Plan, source: PlanSource, paint: Paint): string {
  switch (plan.verdict) {
    case 'nothing-to-do':
      return paint('green', `Nothing to do: ${plan.cluster} is at ${plan.target}.`);
    case 'blocked':
      return [
        paint('red', 'Blocked: nothing has been changed.'),
        'Settle what is blocking or unknown above, then plan again:',
        `  ${commandLine('plan', source.file)}`,
      ].join('\n');
    case 'ready':
      return [
        paint('green', 'Ready: nothing has been changed yet.'),
        `Plan hash: ${plan.hash}`,
        'To carry out exactly this plan:',
        `  ${commandLine('upgrade', source.file, plan.hash)}`,
      ].join('\n');
  }
}

const STYLES: Readonly<Record<Severity, Style>> = {
  blocking: 'red',
  unknown: 'red',
  warning: 'yellow',
  info: 'dim',
};
