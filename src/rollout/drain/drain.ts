import pLimit from 'p-limit';
import { listWhole } from '../../cluster/api.ts';
import { toPod } from '../../cluster/mapping.ts';
import type { MetadataObject, PodObject } from '../../cluster/objects.ts';
import type { DrainConfig } from '../../config/schema.ts';
import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import { patiently } from '../patience.ts';
import { describeBlocker } from './blockers.ts';
import { cordonNode } from './cordon.ts';
import { evictPod } from './evict.ts';
import { type FilterContext, nameOf, toleratesCordon, verdictOf } from './filters.ts';

export interface DrainDeps {
  readonly kube: Kube;
  readonly drain: DrainConfig;
  readonly clock: Clock;
  readonly runId: string;
  /** The pod that this process runs in, if it runs in one. */
  readonly ownPod?: string;
  readonly say: (line: string) => void;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

const POLL_MILLISECONDS = 1000;
const EVICTIONS_AT_ONCE = 16;
/** An API server that restarts is back sooner; longer than that nothing else of the upgrade would work either. */
const PATIENCE_SECONDS = 300;

/** What is known of a pod that has to go. */
interface Waiting {
  readonly pod: PodObject;
  readonly evicted: boolean;
  readonly nextTry: number;
  readonly reason: string;
}

/**
 * Cordons a node and evicts its pods, as `kubectl drain` would choose them, until they are gone. If one pod may not be evicted by the
 * rules, none is. Safe to repeat, and survives API servers that restart.
 * @throws KubestairError DRAIN_BLOCKED naming each pod that is left, its owner and its budgets
 */
export async function drainNode(node: string, deps: DrainDeps): Promise<void> {
  const { kube, drain, clock, runId, note, signal } = deps;
  const patience = { clock, signal, seconds: PATIENCE_SECONDS };
  const cordon = await patiently(() => cordonNode(kube, node, runId, signal), patience);
  if (cordon === 'foreign') note(`${node} was cordoned by somebody else before; that cordon is kept`);

  const deadline = clock.now().getTime() + drain.timeoutSeconds * 1000;
  const first = await patiently(() => sortPods(node, deps), patience);
  refuseErrors(node, first);
  const doomed = new Set(first.evictable.map(({ metadata }) => metadata.uid));
  let waiting: ReadonlyMap<string, Waiting> = new Map();
  let told = '';
  for (;;) {
    const { evictable } = await patiently(() => sortPods(node, deps), patience);
    // A pod that tolerates the cordon may come back to this very node: once it was evicted, that is enough.
    const left = evictable.filter((pod) => doomed.has(pod.metadata.uid) || !toleratesCordon(toPod(pod, {})));
    if (left.length === 0) return;
    waiting = await evictAll(left, waiting, deps);
    const line = summaryOf(waiting);
    if (line !== told) deps.say(line);
    told = line;
    if (clock.now().getTime() >= deadline) throw await blocked(node, waiting, deps);
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

interface SortedPods {
  readonly evictable: readonly PodObject[];
  /** Pods that may not be evicted, and why. */
  readonly errors: readonly string[];
}

async function sortPods(node: string, { kube, drain, ownPod, signal }: DrainDeps): Promise<SortedPods> {
  const [pods, daemonSets] = await Promise.all([
    listWhole<PodObject>(kube, '/api/v1/pods', signal, { fieldSelector: `spec.nodeName=${node}` }),
    listWhole<MetadataObject>(kube, '/apis/apps/v1/daemonsets', signal),
  ]);
  const context: FilterContext = { drain };
  const known = { daemonSets: new Set(daemonSets.map(nameOf)), ...(ownPod !== undefined && { ownPod }) };
  const judged = pods.map((pod) => ({ pod, verdict: verdictOf(toPod(pod, known), context) }));
  return {
    evictable: judged.flatMap(({ pod, verdict }) => (verdict.kind === 'delete' ? [pod] : [])),
    errors: judged.flatMap(({ pod, verdict }) =>
      verdict.kind === 'error' ? [`pod ${nameOf(pod)}: ${verdict.reason}`] : [],
    ),
  };
}

// Only before anything was evicted: what somebody puts on the cordoned node later, such as a debugging pod, is theirs.
function refuseErrors(node: string, { errors }: SortedPods): void {
  if (errors.length === 0) return;
  throw new KubestairError('DRAIN_BLOCKED', `${node} cannot be drained: ${errors.join('; ')}`, {
    object: `Node/${node}`,
    next: 'Move these pods or allow their loss in spec.drain, then run the same command again. Nothing was evicted.',
  });
}

async function evictAll(
  left: readonly PodObject[],
  before: ReadonlyMap<string, Waiting>,
  deps: DrainDeps,
): Promise<ReadonlyMap<string, Waiting>> {
  const limit = pLimit(EVICTIONS_AT_ONCE);
  const tried = await Promise.all(
    left.map((pod) =>
      limit(
        async () =>
          [pod.metadata.uid ?? '', await evictOne(pod, before.get(pod.metadata.uid ?? ''), deps)] as const,
      ),
    ),
  );
  return new Map(tried);
}

async function evictOne(pod: PodObject, before: Waiting | undefined, deps: DrainDeps): Promise<Waiting> {
  const { kube, clock, note, signal } = deps;
  const now = clock.now().getTime();
  if (pod.metadata.deletionTimestamp !== undefined) {
    return { pod, evicted: true, nextTry: 0, reason: leavingReason(pod) };
  }
  if (before !== undefined && (before.evicted || before.nextTry > now)) return { ...before, pod };
  const eviction = await evictPod(kube, pod, signal);
  if (eviction.kind !== 'refused')
    return { pod, evicted: true, nextTry: 0, reason: 'it was evicted and has not left yet' };
  if (before === undefined) note(`waiting for ${await describeBlocker(kube, pod, eviction.reason, signal)}`);
  return { pod, evicted: false, nextTry: now + eviction.retryAfterSeconds * 1000, reason: eviction.reason };
}

function leavingReason({ metadata }: PodObject): string {
  const finalizers = metadata.finalizers ?? [];
  return finalizers.length === 0
    ? 'it is terminating'
    : `it is terminating and has finalizers: ${finalizers.join(', ')}`;
}

function summaryOf(waiting: ReadonlyMap<string, Waiting>): string {
  const all = [...waiting.values()];
  const held = all.filter(({ evicted }) => !evicted).map(({ pod }) => nameOf(pod));
  const leaving = all.length - held.length;
  const parts = [
    ...(leaving > 0 ? [`${leaving} ${leaving === 1 ? 'pod is' : 'pods are'} leaving`] : []),
    ...(held.length > 0 ? [`${held.length} held back: ${held.join(', ')}`] : []),
  ];
  return parts.join('; ');
}

async function blocked(
  node: string,
  waiting: ReadonlyMap<string, Waiting>,
  deps: DrainDeps,
): Promise<KubestairError> {
  const { kube, drain, signal } = deps;
  const lines = await Promise.all(
    [...waiting.values()].map(({ pod, reason }) => describeBlocker(kube, pod, reason, signal)),
  );
  return new KubestairError(
    'DRAIN_BLOCKED',
    `${node} is not drained after ${drain.timeoutSeconds} s: ${lines.join('; ')}`,
    {
      object: `Node/${node}`,
      next: 'Make room in the budget or repair the workload that is named, then run the same command again: it goes on with this node, which stays cordoned.',
    },
  );
}
