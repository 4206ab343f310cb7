import pLimit from 'p-limit';
import { readEvictionRefusal } from '../../cluster/eviction.ts';
import type { Rehearsal, RehearsalAnswer } from '../../cluster/rehearsal.ts';
import { type GuardedEviction, ownerOf } from '../../plan/disruption.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { isTransient } from '../patience.ts';

/** A plan of a cluster of any size asks no more than this. */
const MOST_REHEARSED = 200;
const AT_ONCE = 4;

/** A server that is busy or away is asked again; a budget is not, though it says 429 as well. */
const TRIES = 4;
const PAUSE_MILLISECONDS = 1000;

export interface RehearseDeps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the API server to evict pods without effect, one for all that have the same workload, budgets and readiness: budgets,
 * admission and RBAC can hardly tell such pods apart. A dry run takes nothing from a budget, so that the order does not matter.
 * Beyond MOST_REHEARSED the rest is left to the budgets as they were observed. A refusal is an answer; a server that cannot be
 * reached is not.
 * @throws KubestairError KUBE_UNREACHABLE, KUBE_UNAUTHORIZED
 */
export async function rehearseEvictions(
  evictions: readonly GuardedEviction[],
  { kube, clock, signal }: RehearseDeps,
): Promise<Rehearsal> {
  const groups = [...Map.groupBy(evictions, likeness).values()];
  const chosen = choose(groups);
  const limit = pLimit(AT_ONCE);
  const answers = await Promise.all(chosen.map((alike) => limit(() => ask(alike, { kube, clock, signal }))));
  const covered = chosen.reduce((sum, { length }) => sum + length, 0);
  return {
    answers: answers.filter((answer) => answer !== undefined),
    covered,
    left: evictions.length - covered,
  };
}

function likeness({ pod, budgets }: GuardedEviction): string {
  return JSON.stringify([ownerOf(pod), budgets.map(({ name }) => name), pod.ready, pod.phase === 'Pending']);
}

/**
 * The groups to ask about, the most telling first: those that a budget seems to hold, then one of each namespace (webhooks, quotas
 * and RBAC go by namespaces), then all under budgets, then the rest.
 */
function choose(groups: readonly (readonly GuardedEviction[])[]): readonly (readonly GuardedEviction[])[] {
  if (groups.length <= MOST_REHEARSED) return groups;
  const held = groups.filter((group) =>
    budgetsOf(group).some(({ disruptionsAllowed }) => disruptionsAllowed < 1),
  );
  const perNamespace = [...Map.groupBy(groups, ([first]) => first?.pod.namespace).values()].flatMap((same) =>
    same.slice(0, 1),
  );
  const guarded = groups.filter((group) => budgetsOf(group).length > 0);
  return [...new Set([...held, ...perNamespace, ...guarded, ...groups])].slice(0, MOST_REHEARSED);
}

function budgetsOf([first]: readonly GuardedEviction[]): GuardedEviction['budgets'] {
  return first?.budgets ?? [];
}

/** @returns undefined for a pod that is gone meanwhile */
async function ask(
  alike: readonly GuardedEviction[],
  deps: RehearseDeps,
): Promise<RehearsalAnswer | undefined> {
  const pod = alike[0]?.pod;
  if (pod === undefined) return undefined;
  const answer = await evictDry(pod.namespace, pod.name, deps);
  if (answer === undefined) return undefined;
  return { workload: ownerOf(pod), namespace: pod.namespace, pod: pod.name, alike: alike.length, answer };
}

async function evictDry(
  namespace: string,
  name: string,
  { kube, clock, signal }: RehearseDeps,
): Promise<RehearsalAnswer['answer'] | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction?dryRun=All`;
  const body = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    deleteOptions: { dryRun: ['All'] },
  };
  for (let tries = 1; ; tries += 1) {
    try {
      await kube.request({ method: 'POST', path, body, signal });
      return { kind: 'allowed' };
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof KubeStatusError)) {
        if (tries === TRIES || !isTransient(thrown)) throw thrown;
        await clock.sleep(PAUSE_MILLISECONDS, signal);
        continue;
      }
      if (thrown.status === 404) return undefined;
      const refusal = readEvictionRefusal(thrown);
      if (refusal.kind !== 'busy' || tries === TRIES) return refusal;
      await clock.sleep((thrown.details?.retryAfterSeconds ?? 0) * 1000 || PAUSE_MILLISECONDS, signal);
    }
  }
}
