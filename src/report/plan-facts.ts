import type { Finding, Plan, Severity, Step } from '../plan/plan.ts';
import { count, formatSeconds, formatTime, secondsBetween } from './units.ts';

/** What a reader of a plan wants to know first, out of the plan alone. */

/** How many findings of each kind there are; what was accepted counts as nothing else. */
export function countBySeverity(
  findings: readonly Finding[],
): Readonly<Record<Severity | 'accepted', number>> {
  const counts = { blocking: 0, unknown: 0, warning: 0, info: 0, accepted: 0 };
  for (const { severity, accepted } of findings) counts[accepted === undefined ? severity : 'accepted'] += 1;
  return counts;
}

/** `2 blocking, 1 unknown`; empty where nothing is in the way. */
export function inTheWayText(findings: readonly Finding[]): string {
  const counts = countBySeverity(findings);
  const parts = (['blocking', 'unknown'] as const).filter((severity) => counts[severity] > 0);
  return parts.map((severity) => `${counts[severity]} ${severity}`).join(', ');
}

/** A workload that loses pods to the drains of a plan. */
export interface DisruptedWorkload {
  /** As kubectl would name it, with its namespace: `Deployment/shop/web`. */
  readonly workload: string;
  readonly pods: number;
}

/** Workloads that the plan's drains take pods from, those with most pods first. A pod without controller stands for itself. */
export function disruptedWorkloads({ forecast }: Plan): readonly DisruptedWorkload[] {
  const pods = new Map<string, number>();
  for (const { pod, controller } of forecast.evictions) {
    const workload = workloadOf(pod, controller);
    pods.set(workload, (pods.get(workload) ?? 0) + 1);
  }
  return [...pods]
    .map(([workload, number]) => ({ workload, pods: number }))
    .toSorted((a, b) => b.pods - a.pods || (a.workload < b.workload ? -1 : 1));
}

/** Workloads that a plan takes all pods of at once, for how long as far as that can be told, the longest first. */
export function awayWorkloads({
  forecast,
}: Plan): readonly { readonly workload: string; readonly seconds?: number }[] {
  return forecast.workloads
    .flatMap(({ workload, outage }) =>
      outage === undefined
        ? []
        : [{ workload, ...(outage.seconds !== undefined && { seconds: outage.seconds }) }],
    )
    .toSorted((a, b) => (b.seconds ?? Number.MAX_VALUE) - (a.seconds ?? Number.MAX_VALUE));
}

/** `7 workloads, 12 pods`, or that nobody is. */
export function disruptionText(plan: Plan): string {
  const workloads = disruptedWorkloads(plan);
  if (workloads.length === 0) return 'no pods';
  return `${count(workloads.length, 'workload')}, ${count(plan.forecast.evictions.length, 'pod')}`;
}

/** For how long a plan takes each node's capacity away, from its drain until it takes pods again; in the order of the drains. */
function absences({ steps }: Plan): readonly { readonly node: string; readonly seconds: number }[] {
  const away = new Map<string, number>();
  for (const { node, steps: own } of stepGroups(steps)) {
    if (node === undefined) continue;
    for (const { expectedSeconds } of awaySteps(own)) away.set(node, (away.get(node) ?? 0) + expectedSeconds);
  }
  return [...away].map(([node, seconds]) => ({ node, seconds }));
}

/** Those steps of one node during which it takes no pods: from its drain up to its uncordon. */
export function awaySteps(steps: readonly Step[]): readonly Step[] {
  const from = steps.findIndex(({ kind }) => kind === 'drain');
  const to = steps.findLastIndex(({ kind }) => kind === 'uncordon');
  return from < 0 ? [] : steps.slice(from, to < from ? steps.length : to + 1);
}

/** `about 6m 01s, each node away for about 2m 30s`. */
export function timeText(plan: Plan): string {
  const total = `about ${formatSeconds(plan.forecast.expectedSeconds)}`;
  const longest = Math.max(0, ...absences(plan).map(({ seconds }) => seconds));
  const times = plan.hops.length > 1 ? ' in all' : '';
  return longest === 0 ? total : `${total}; a node is away for about ${formatSeconds(longest)}${times}`;
}

/** Nodes that a plan changes, in its order. */
export function changedNodes({ steps }: Plan): readonly string[] {
  return [...new Set(steps.flatMap(({ node }) => (node === undefined ? [] : [node])))];
}

/** Steps by node, hop by hop, in the order of each one's first; those of the whole cluster have no node. */
export function stepGroups(steps: readonly Step[]): readonly StepGroup[] {
  const groups: { to: Step['hop']['to']; node: string | undefined; steps: Step[] }[] = [];
  const ofNode = new Map<string, (typeof groups)[number]>();
  for (const step of steps) {
    const key = `${step.hop.to} ${step.node}`;
    const last = groups.at(-1);
    const own = step.node === undefined ? (last?.node === undefined ? last : undefined) : ofNode.get(key);
    if (own !== undefined && own.to === step.hop.to) {
      own.steps.push(step);
      continue;
    }
    const group = { to: step.hop.to, node: step.node, steps: [step] };
    groups.push(group);
    if (step.node !== undefined) ofNode.set(key, group);
  }
  return groups;
}

export interface StepGroup {
  readonly to: Step['hop']['to'];
  readonly node: string | undefined;
  readonly steps: readonly Step[];
}

/** When a plan may be carried out, as parts of a sentence; empty where the file sets no windows. */
export function windowText({ window }: Plan): string {
  if (window === undefined) return '';
  const { state, frozen, opensAt, closesAt, windows, through } = window;
  if (opensAt === undefined) return `never: ${frozen ?? 'no window opens'}`;
  const why = frozen === undefined ? '' : `frozen now (${frozen}); `;
  const length = closesAt === undefined ? '' : `, for ${formatSeconds(secondsBetween(opensAt, closesAt))}`;
  const end = closesAt === undefined ? '' : ` until ${formatTime(closesAt)}`;
  const when = state === 'open' ? `now${end}` : `${why}from ${formatTime(opensAt)}${length}`;
  return [when, fitText(windows, through)].filter((part) => part !== '').join('; ');
}

function fitText(windows: number | undefined, through: string | undefined): string {
  if (through === undefined) return 'the rollout does not fit';
  const end = `through by about ${formatTime(through)}`;
  return windows === 1 ? `it fits, ${end}` : `it stops as a window ends and takes ${windows} of them, ${end}`;
}

// A ReplicaSet of a Deployment carries its name and the hash of the pod template.
function workloadOf(pod: string, controller: string): string {
  const [namespace = ''] = pod.split('/');
  const [kind = '', name = ''] = controller.split('/');
  if (name === '') return `Pod/${pod}`;
  const deployment =
    kind === 'ReplicaSet' ? /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}$/.exec(name)?.[1] : undefined;
  return deployment === undefined ? `${kind}/${namespace}/${name}` : `Deployment/${namespace}/${deployment}`;
}

/** What taking workers through several hops at once saves; empty where it saves nothing. */
export function drainsText({ planned, saved }: Plan['drains']): string {
  if (saved <= 0) return '';
  return `${count(planned, 'drain')} instead of ${planned + saved}: workers skip hops where the version skew policy lets them`;
}
