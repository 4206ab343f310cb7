import type { Observation, PodObservation } from '../../cluster/observation.ts';
import { type Eviction, ownerOf } from '../disruption.ts';
import type { Forecast, Step, WorkloadForecast } from '../plan.ts';
import { secondsOf } from '../units.ts';

/** Steps during which a node takes no pods: its absence. */
const ABSENT: ReadonlySet<Step['kind']> = new Set([
  'drain',
  'kubelet',
  'system',
  'reboot',
  'ready',
  'uncordon',
]);

/**
 * Durations, the pods that are disrupted in the order of the drains, and what it means for their workloads.
 * @param atOnce hosts that are worked on side by side
 */
export function forecastOf(
  steps: readonly Step[],
  evictions: readonly Eviction[],
  observation: Observation,
  atOnce: number,
): Forecast {
  const absences = absencesOf(steps);
  const [longest] = [...absences].toSorted(([, a], [, b]) => b - a);
  return {
    expectedSeconds: secondsOf(steps, atOnce),
    evictions: evictions.map(({ pod, budgets }) => ({
      node: pod.node,
      pod: `${pod.namespace}/${pod.name}`,
      controller: pod.controller ?? '',
      budgets: budgets.map(({ name }) => name),
    })),
    workloads: workloadsOf(steps, evictions, observation),
    ...(longest !== undefined && { longestAbsence: { node: longest[0], seconds: longest[1] } }),
  };
}

/** A time without any pod of a workload that has a controller, for people. */
interface Outage {
  readonly workload: string;
  readonly pods: number;
  readonly node: string;
  /** `for about 12 s`, as far as it can be told. */
  readonly away: string;
}

/** Workloads that one drain takes every pod of, for one of the reasons. */
export function outagesOf(
  steps: readonly Step[],
  evictions: readonly Eviction[],
  observation: Observation,
  reason: NonNullable<WorkloadForecast['outage']>['reason'],
): readonly Outage[] {
  return workloadsOf(steps, evictions, observation).flatMap(({ workload, pods, outage }) => {
    if (outage?.reason !== reason || workload.startsWith('Pod/')) return [];
    const { node, seconds } = outage;
    return [
      { workload, pods, node, away: seconds === undefined ? 'while it moves' : `for about ${seconds} s` },
    ];
  });
}

/** Seconds that each node is cordoned, by what its steps are expected to take; of several hops the longest. */
export function absencesOf(steps: readonly Step[]): ReadonlyMap<string, number> {
  const byHop = new Map<string, number>();
  for (const { kind, node, hop, expectedSeconds } of steps) {
    if (node === undefined || !ABSENT.has(kind)) continue;
    const key = `${hop.to} ${node}`;
    byHop.set(key, (byHop.get(key) ?? 0) + expectedSeconds);
  }
  const absences = new Map<string, number>();
  for (const [key, seconds] of byHop) {
    const node = key.slice(key.indexOf(' ') + 1);
    absences.set(node, Math.max(absences.get(node) ?? 0, seconds));
  }
  return absences;
}

/** What the drains mean for each workload, those that are away for a time first. */
function workloadsOf(
  steps: readonly Step[],
  evictions: readonly Eviction[],
  { pods }: Observation,
): readonly WorkloadForecast[] {
  const absences = absencesOf(steps);
  const running = new Map<string, number>();
  for (const pod of pods) {
    if (pod.terminating || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
    running.set(ownerOf(pod), (running.get(ownerOf(pod)) ?? 0) + 1);
  }
  return [...Map.groupBy(evictions, ({ pod }) => ownerOf(pod))]
    .map(([workload, own]) => toWorkload(workload, own, running.get(workload) ?? 0, absences))
    .toSorted(
      (a, b) =>
        Number(b.outage !== undefined) - Number(a.outage !== undefined) || (a.workload < b.workload ? -1 : 1),
    );
}

function toWorkload(
  workload: string,
  evictions: readonly Eviction[],
  pods: number,
  absences: ReadonlyMap<string, number>,
): WorkloadForecast {
  const stranded = evictions.filter(({ nowhere }) => nowhere !== undefined).length;
  const outage = outageOf(evictions, pods, absences);
  const budgets = new Set(evictions.flatMap((eviction) => eviction.budgets.map(({ name }) => name)));
  return {
    workload,
    pods,
    evicted: evictions.length,
    budgets: [...budgets].toSorted(),
    stranded,
    ...(outage !== undefined && { outage }),
  };
}

/** Whether the drains of one batch take all pods of a workload at once. Jobs run to an end and are not missed meanwhile. */
function outageOf(
  evictions: readonly Eviction[],
  pods: number,
  absences: ReadonlyMap<string, number>,
): WorkloadForecast['outage'] {
  const [first] = evictions;
  if (first === undefined || isJob(first.pod)) return undefined;
  for (const same of Map.groupBy(evictions, ({ batch }) => batch).values()) {
    if (same.length < pods || same.some(isKept)) continue;
    const single = pods === 1 || first.pod.desired === 1;
    const nodes = [...new Set(same.map(({ pod }) => pod.node))];
    const seconds = awaySeconds(same, Math.max(...nodes.map((node) => absences.get(node) ?? 0)));
    return {
      node: nodes.join(', '),
      reason: single ? 'single' : 'together',
      ...(seconds !== undefined && { seconds }),
    };
  }
  return undefined;
}

/** A budget that wants a healthy pod lets the last of several go only when another is healthy elsewhere. */
function isKept({ budgets }: Eviction): boolean {
  return budgets.some(({ desiredHealthy }) => desiredHealthy > 0);
}

/** @returns undefined where nothing tells how long the pods take to start */
function awaySeconds(evictions: readonly Eviction[], absence: number): number | undefined {
  if (evictions.some(({ nowhere }) => nowhere !== undefined)) return absence;
  const starts = evictions.map(({ pod }) => startSeconds(pod));
  return starts.some((seconds) => seconds === undefined) ? undefined : Math.min(...starts.map(Number));
}

/** A StatefulSet makes the next pod of a name only when the last one is gone, which takes up to its grace period. */
function startSeconds({ controller, demand, startSeconds: seconds }: PodObservation): number | undefined {
  if (seconds === undefined) return undefined;
  return controller?.startsWith('StatefulSet/') === true ? seconds + demand.graceSeconds : seconds;
}

function isJob({ controller }: PodObservation): boolean {
  return controller?.startsWith('Job/') === true;
}
