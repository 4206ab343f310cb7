import pLimit from 'p-limit';
import type { PodObject } from '../../cluster/objects.ts';
import { count, formatSeconds } from '../../report/units.ts';
import { type Blocker, budgetText, describeBlocker, openBlockers } from './blockers.ts';
import type { DrainDeps } from './drain.ts';
import type { evictPod } from './evict.ts';
import { nameOf } from './filters.ts';

const EVICTIONS_AT_ONCE = 16;
/** Pauses between tries for one budget, in seconds: it changes when a pod gets ready, which takes longer the longer it took. */
const PAUSES = [2, 4, 8, 15] as const;
const MOST_NAMED = 3;

/** What is known of a pod that has to go. */
interface Waiting {
  readonly pod: PodObject;
  readonly evicted: boolean;
  readonly reason: string;
  /** Milliseconds of the monotonic clock. */
  readonly since: number;
  /** Present once an eviction was refused. */
  readonly blocker?: Blocker;
}

/** When those that wait for the same thing may be tried again. */
interface Pause {
  readonly until: number;
  readonly step: number;
}

/** The pods of one drain: tries them, and tells whom it waits for. */
export interface Leaving {
  /** Tries every pod that may be tried now. @param left pods that are still on the node */
  round(left: readonly PodObject[]): Promise<void>;
  /** For people, live: who is held back by what and for how long. */
  summary(): string;
  /** One line for each pod that is left. */
  lines(): Promise<readonly string[]>;
}

/**
 * Evicts pods side by side. Those that one budget refused share its pause and are tried one by one, so that a budget over a hundred
 * pods costs one request at a time, and the next pod goes as soon as one did.
 */
export function openLeaving(send: typeof evictPod, deps: DrainDeps): Leaving {
  const { kube, clock, note, signal } = deps;
  const pauses = new Map<string, Pause>();
  let waiting: ReadonlyMap<string, Waiting> = new Map();
  let blockers = openBlockers(kube);

  const refused = (group: string, retryAfterSeconds: number | undefined): void => {
    const step = pauses.get(group)?.step ?? 0;
    const seconds = retryAfterSeconds ?? PAUSES[Math.min(step, PAUSES.length - 1)] ?? 0;
    pauses.set(group, { until: clock.monotonic() + seconds * 1000, step: step + 1 });
  };

  const evictOne = async (pod: PodObject, before: Waiting | undefined): Promise<Waiting> => {
    const eviction = await send(kube, pod, signal);
    const since = before?.since ?? clock.monotonic();
    if (eviction.kind !== 'refused') {
      if (before !== undefined) pauses.delete(groupOf(before));
      return { pod, evicted: true, since: clock.monotonic(), reason: 'it was evicted and has not left yet' };
    }
    const { reason, retryAfterSeconds } = eviction;
    const blocker = before?.blocker ?? (await blockers.of(pod, signal));
    const now: Waiting = { pod, evicted: false, since, reason, blocker };
    if (before === undefined) note(`waiting for ${describeBlocker(pod, blocker, reason)}`);
    refused(groupOf(now), retryAfterSeconds);
    return now;
  };

  /** Those of one group, as far as the first refusal. */
  const evictGroup = async (group: readonly Waiting[]): Promise<readonly Waiting[]> => {
    const after: Waiting[] = [];
    for (const [index, before] of group.entries()) {
      const paused = (pauses.get(groupOf(before))?.until ?? 0) > clock.monotonic();
      if (paused) return [...after, ...group.slice(index)];
      after.push(await evictOne(before.pod, before));
    }
    return after;
  };

  return {
    async round(left) {
      blockers = openBlockers(kube);
      const limit = pLimit(EVICTIONS_AT_ONCE);
      const settled: Waiting[] = [];
      const fresh: PodObject[] = [];
      const held: Waiting[] = [];
      for (const pod of left) {
        const before = waiting.get(uidOf(pod));
        if (pod.metadata.deletionTimestamp !== undefined)
          settled.push(leaving(pod, before, clock.monotonic()));
        else if (before === undefined) fresh.push(pod);
        else if (before.evicted) settled.push({ ...before, pod });
        else held.push({ ...before, pod });
      }
      const groups = [...Map.groupBy(held, groupOf).values()];
      const tried = await Promise.all([
        ...fresh.map((pod) => limit(async () => [await evictOne(pod, undefined)])),
        ...groups.map((group) => limit(() => evictGroup(group))),
      ]);
      waiting = new Map([...settled, ...tried.flat()].map((each) => [uidOf(each.pod), each]));
    },

    summary() {
      const all = [...waiting.values()];
      const held = all.filter(({ evicted }) => !evicted);
      const gone = all.length - held.length;
      const named = held.slice(0, MOST_NAMED).map((each) => heldText(each, clock.monotonic()));
      if (held.length > MOST_NAMED) named.push(`and ${count(held.length - MOST_NAMED, 'more', 'more')}`);
      const stuck = all.filter(({ evicted, pod }) => evicted && (pod.metadata.finalizers ?? []).length > 0);
      return [
        ...(gone > 0 ? [`${gone} ${gone === 1 ? 'pod is' : 'pods are'} leaving`] : []),
        ...stuck.slice(0, MOST_NAMED).map(({ pod, reason }) => `${nameOf(pod)}: ${reason}`),
        ...(held.length > 0 ? [`${held.length} held back: ${named.join(', ')}`] : []),
      ].join('; ');
    },

    async lines() {
      blockers = openBlockers(kube);
      return await Promise.all(
        [...waiting.values()].map(async ({ pod, reason, since }) => {
          const blocker = await blockers.of(pod, signal);
          return `${describeBlocker(pod, blocker, reason)} (for ${formatSeconds((clock.monotonic() - since) / 1000)})`;
        }),
      );
    },
  };
}

function leaving(pod: PodObject, before: Waiting | undefined, now: number): Waiting {
  const finalizers = pod.metadata.finalizers ?? [];
  const reason =
    finalizers.length === 0
      ? 'it is terminating'
      : `it is terminating and has finalizers: ${finalizers.join(', ')}`;
  return { pod, evicted: true, since: before?.evicted === true ? before.since : now, reason };
}

/** Pods under the same budgets wait for each other; a pod under none waits for itself. */
function groupOf({ pod, blocker }: Waiting): string {
  const budgets = blocker?.budgets ?? [];
  if (budgets.length === 0) return uidOf(pod);
  return budgets.map(({ namespace, name }) => `${namespace}/${name}`).join(' ');
}

function heldText({ pod, blocker, reason, since }: Waiting, now: number): string {
  const owner = blocker?.owner === undefined ? '' : ` of ${blocker.owner}`;
  const budgets = blocker?.budgets ?? [];
  const by = budgets.length === 0 ? `: ${reason}` : ` by ${budgets.map(budgetText).join(' and ')}`;
  return `${nameOf(pod)}${owner} for ${formatSeconds((now - since) / 1000)}${by}`;
}

function uidOf({ metadata }: PodObject): string {
  return metadata.uid ?? '';
}
