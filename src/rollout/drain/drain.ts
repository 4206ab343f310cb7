import { listWhole } from '../../cluster/api.ts';
import { isHostPod } from '../../cluster/host-pods.ts';
import { toPod } from '../../cluster/mapping.ts';
import type { MetadataObject, PodObject } from '../../cluster/objects.ts';
import type { DrainConfig } from '../../config/schema.ts';
import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import { patiently } from '../patience.ts';
import { cordonNode } from './cordon.ts';
import { deletePod, evictPod } from './evict.ts';
import { type FilterContext, nameOf, toleratesCordon, verdictOf } from './filters.ts';
import { type Leaving, openLeaving } from './waiting.ts';

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
/** An API server that restarts is back sooner; longer than that nothing else of the upgrade would work either. */
const PATIENCE_SECONDS = 300;

/**
 * Cordons a node and evicts its pods, as `kubectl drain` would choose them, until they are gone. If one pod may not be evicted by the
 * rules, none is. Safe to repeat, and survives API servers that restart. With `onTimeout: force`, pods that are left once the time is
 * over are deleted, which no budget holds back, and get the same time once more.
 * @throws KubestairError DRAIN_BLOCKED naming each pod that is left, its owner and its budgets
 */
export async function drainNode(node: string, deps: DrainDeps): Promise<void> {
  const { kube, drain, clock, runId, note, signal } = deps;
  const patience = { clock, signal, seconds: PATIENCE_SECONDS };
  const cordon = await patiently(() => cordonNode(kube, node, runId, signal), patience);
  if (cordon === 'foreign') note(`${node} was cordoned by somebody else before; that cordon is kept`);

  const first = await patiently(() => sortPods(node, deps), patience);
  refuseErrors(node, first);
  const doomed = new Set(first.evictable.map(({ metadata }) => metadata.uid));
  const look = async (): Promise<readonly PodObject[]> => {
    const { evictable } = await patiently(() => sortPods(node, deps), patience);
    // A pod that tolerates the cordon may come back to this very node: once it was evicted, that is enough.
    return evictable.filter((pod) => doomed.has(pod.metadata.uid) || !toleratesCordon(toPod(pod, {})));
  };
  const evicted = openLeaving(evictPod, deps);
  if (await isEmptyInTime(evicted, look, deps)) return;
  if (drain.onTimeout !== 'force') throw await blocked(node, evicted, deps);
  for (const line of await evicted.lines()) note(`time is over, deleting ${line}`);
  const deleted = openLeaving(deletePod, deps);
  if (!(await isEmptyInTime(deleted, look, deps))) throw await blocked(node, deleted, deps);
}

async function isEmptyInTime(
  leaving: Leaving,
  look: () => Promise<readonly PodObject[]>,
  { drain, clock, say, signal }: DrainDeps,
): Promise<boolean> {
  const deadline = clock.monotonic() + drain.timeoutSeconds * 1000;
  let told = '';
  for (;;) {
    const left = await look();
    if (left.length === 0) return true;
    await leaving.round(left);
    const line = leaving.summary();
    if (line !== told) say(line);
    told = line;
    if (clock.monotonic() >= deadline) return false;
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
  const judged = pods
    .filter(({ metadata }) => !isHostPod(metadata))
    .map((pod) => ({ pod, verdict: verdictOf(toPod(pod, known), context) }));
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

async function blocked(node: string, leaving: Leaving, { drain }: DrainDeps): Promise<KubestairError> {
  const lines = await leaving.lines();
  return new KubestairError(
    'DRAIN_BLOCKED',
    `${node} is not drained after ${drain.timeoutSeconds} s: ${lines.join('; ')}`,
    {
      object: `Node/${node}`,
      next: 'Make room in the budget or repair the workload that is named, then run the same command again: it goes on with this node, which stays cordoned.',
    },
  );
}
