import type { BudgetObservation } from '../../cluster/observation.ts';
import { budgetName, type Eviction, ownerOf } from '../disruption.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

/** Budgets let the pods of drained nodes go. */
export const budgets: Check = {
  id: 'disruption-budgets',
  about: 'No PodDisruptionBudget holds up a drain for ever.',
  severity: 'blocking',
  evidence:
    'PodDisruptionBudgets with their status, the pods that drains evict, and which of these fit on no other node.',
  remedy:
    'Leave room for one disruption: one replica more, or `maxUnavailable: 1`; mend pods that are not ready.',
  find: ({ evictions, config }) => {
    const guarded = new Map<BudgetObservation, Eviction[]>();
    for (const eviction of evictions) {
      for (const budget of eviction.budgets) {
        const same = guarded.get(budget);
        if (same === undefined) guarded.set(budget, [eviction]);
        else same.push(eviction);
      }
    }
    return [...guarded].flatMap(([budget, own]) => findingOf(budget, own, config.drain.timeoutSeconds) ?? []);
  },
};

type Found = Omit<Finding, 'check'>;

/** The one thing to say of a budget, the worst first. */
function findingOf(
  budget: BudgetObservation,
  evictions: readonly Eviction[],
  timeoutSeconds: number,
): Found | undefined {
  if (budget.syncProblem !== undefined) return notSynced(budget, budget.syncProblem);
  if (budget.disruptionsAllowed === 0) return noneAllowed(budget, evictions, timeoutSeconds);
  return outOfRoom(budget, evictions);
}

function noneAllowed(
  budget: BudgetObservation,
  evictions: readonly Eviction[],
  timeoutSeconds: number,
): Found {
  const { currentHealthy, desiredHealthy, expectedPods, rule } = budget;
  if (expectedPods === 0) return notSynced(budget, 'its status counts no pods');
  if (desiredHealthy >= expectedPods) {
    return {
      severity: 'blocking',
      object: budgetName(budget),
      message: `can never allow an eviction: by ${rule} it wants ${desiredHealthy} healthy of ${expectedPods} pods of ${ownersOf(evictions)}`,
      remedy: 'Run one more replica, or let the budget allow one disruption (maxUnavailable: 1).',
    };
  }
  if (currentHealthy < desiredHealthy) return unhealthy(budget, evictions);
  return {
    severity: 'info',
    object: budgetName(budget),
    message: `allows no eviction of ${ownersOf(evictions)} now: ${currentHealthy} pods are healthy and it wants ${desiredHealthy}; a drain waits for it, up to ${timeoutSeconds} s`,
    remedy: 'Nothing to do if its pods become healthy by themselves.',
  };
}

/**
 * With fewer healthy pods than wanted not even the broken ones may go, unless the budget says so.
 * Source: kubernetes.io "Specifying a Disruption Budget", unhealthyPodEvictionPolicy; eviction.go, v1.36.
 */
function unhealthy(budget: BudgetObservation, evictions: readonly Eviction[]): Found {
  const { currentHealthy, desiredHealthy, evictsUnhealthy, namespace, name } = budget;
  const broken = evictions.filter(({ pod }) => !pod.ready).length;
  if (evictsUnhealthy && broken === evictions.length) {
    return {
      severity: 'info',
      object: budgetName(budget),
      message: `has ${currentHealthy} healthy pods and wants ${desiredHealthy}; those of ${ownersOf(evictions)} that a drain evicts are not ready, and may go`,
      remedy: 'Nothing to do for the upgrade: kubectl describe tells why they are not ready.',
    };
  }
  const unless = evictsUnhealthy ? '' : ', and until then not even the pods that are not ready may go';
  return {
    severity: 'warning',
    object: budgetName(budget),
    message: `allows no eviction of ${ownersOf(evictions)}: ${currentHealthy} pods are healthy and it wants ${desiredHealthy} (${broken} to evict are not ready)${unless}`,
    remedy: evictsUnhealthy
      ? 'Mend its pods before the upgrade: kubectl describe tells why they are not ready.'
      : `Mend its pods, or let those that are not ready go: kubectl -n ${namespace} patch pdb ${name} --type merge -p '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}'`,
  };
}

function notSynced(budget: BudgetObservation, reason: string): Found {
  return {
    severity: 'unknown',
    object: budgetName(budget),
    message: `is not understood by the disruption controller, so that it allows nothing: ${reason}`,
    remedy: `Look at its events: kubectl -n ${budget.namespace} describe pdb ${budget.name}`,
  };
}

/**
 * Pods that fit on no other node stay away until their own is back, which it is not before the drain is over: each of them uses up
 * one disruption for good.
 */
function outOfRoom(budget: BudgetObservation, evictions: readonly Eviction[]): Found | undefined {
  const allowed = Math.max(budget.disruptionsAllowed, budget.expectedPods - budget.desiredHealthy);
  for (const [node, same] of Map.groupBy(evictions, ({ pod }) => pod.node)) {
    const stranded = same.filter(({ nowhere }) => nowhere !== undefined);
    if (stranded.length <= allowed) continue;
    return {
      severity: 'blocking',
      object: budgetName(budget),
      message: `lets ${allowed} of ${ownersOf(same)} be away, but ${stranded.length} pods of ${node} fit on no other node: the drain of ${node} cannot end (${stranded[0]?.nowhere})`,
      remedy: 'Make room on other nodes, or let the budget allow as many disruptions as one node holds pods.',
    };
  }
  return undefined;
}

function ownersOf(evictions: readonly Eviction[]): string {
  const [first = '', ...others] = new Set(evictions.map(({ pod }) => ownerOf(pod)));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
