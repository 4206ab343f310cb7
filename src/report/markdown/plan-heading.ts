import { formatLocation } from '../../errors.ts';
import { bySeverity, isBlocking } from '../../plan/blocking.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PlanSource } from '../model.ts';
import {
  awayWorkloads,
  changedNodes,
  countBySeverity,
  disruptedWorkloads,
  disruptionText,
  drainsText,
  inTheWayText,
  timeText,
  windowText,
} from '../plan-facts.ts';
import { count, formatSeconds, formatTime } from '../units.ts';
import { code, md, table } from './escape.ts';

/** Workloads, and objects in the way, that the first screen names. */
const mostNamed = 4;

/** What a reviewer sees before anything else: the verdict, the path, the time, who is disrupted, what is in the way. */
export function planHeading(plan: Plan, source: PlanSource): string {
  const title = `## ${titleOf(plan)}`;
  const place = code(formatLocation(source.versionAt));
  if (plan.verdict === 'nothing-to-do') return `${title}\n\n${observedText(source)}Asked for in ${place}.`;
  const path = [plan.current, ...plan.hops.map((hop) => hop.to)].map(code).join(' → ');
  const what = `${path}, ${count(changedNodes(plan).length, 'node')}, asked for in ${place}`;
  const rows = [
    ['How long', [timeText(plan), drainsText(plan.drains)].filter((part) => part !== '').join('; ')],
    ...(plan.window === undefined ? [] : [['When', md(windowText(plan))]]),
    ['Who is disrupted', disrupted(plan)],
    ['What could go wrong', risks(plan)],
  ].map(([question = '', answer = '']) => [`**${unbroken(question)}**`, answer]);
  // The first answer is the head of the table, since Markdown has no table without one.
  return `${title}\n\n${observedText(source)}${table([unbroken('What will happen'), what], rows, 'left')}`;
}

function titleOf(plan: Plan): string {
  const way = `from ${md(plan.current)} to ${plan.target}`;
  switch (plan.verdict) {
    case 'ready':
      return `✅ ${code(plan.cluster)} can go ${way}`;
    case 'blocked':
      return `🛑 ${code(plan.cluster)} cannot go ${way} yet`;
    case 'nothing-to-do':
      return `✅ Nothing to do: ${code(plan.cluster)} is at ${plan.target}`;
  }
}

function observedText({ observed }: PlanSource): string {
  if (observed === undefined) return '';
  const when = formatTime(observed.savedAt);
  return `> [!NOTE]\n> Made from ${code(observed.file)}, what the cluster looked like at ${when}, and not from the cluster as it is now.\n\n`;
}

/** Those that are away for a time first: that is what their owners want to know; the others move pod by pod. */
function disrupted(plan: Plan): string {
  const away = awayWorkloads(plan);
  const names = new Set(away.map(({ workload }) => workload));
  const others = disruptedWorkloads(plan).filter(({ workload }) => !names.has(workload));
  const lines = [
    disruptionText(plan),
    away.length === 0
      ? ''
      : `⚠️ **away for a time:** ${named(away.map(({ workload, seconds }) => `${code(workload)}${seconds === undefined ? '' : ` for about ${formatSeconds(seconds)}`}`))}`,
    others.length === 0
      ? ''
      : `${away.length === 0 ? '' : 'the others move '}pod by pod: ${named(others.map(({ workload }) => code(workload)))}`,
  ];
  return lines.filter((line) => line !== '').join('<br>');
}

function risks({ findings }: Plan): string {
  const inTheWay = inTheWayText(findings);
  const counts = countBySeverity(findings);
  const objects = findings
    .filter(isBlocking)
    .toSorted(bySeverity)
    .map(({ object }) => code(object));
  return [
    inTheWay === ''
      ? 'nothing is in the way'
      : `🛑 **in the way: ${inTheWay}:** ${named([...new Set(objects)])}`,
    counts.warning === 0 ? '' : `⚠️ ${count(counts.warning, 'warning')}`,
    counts.accepted === 0 ? '' : `🤝 ${counts.accepted} accepted`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function named(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return [...names.slice(0, mostNamed), ...(rest > 0 ? [count(rest, 'more', 'more')] : [])].join(', ');
}

function unbroken(text: string): string {
  return text.replaceAll(' ', '&nbsp;');
}
