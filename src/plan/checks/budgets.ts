import type { BudgetObservation } from '../../cluster/observation.ts';
import { budgetName, type Eviction, ownerOf } from '../disruption.ts';
import type { Finding } from '../plan.ts';
import { type Check, onePerObject } from './check.ts';

/** Budgets let the pods of drained nodes go. */
export const budgets: Check = {
  id: 'disruption-budgets',
  about: 'No PodDisruptionBudget holds up a drain for ever, and no pod has two of them.',
  severity: 'blocking',
  evidence: 'PodDisruptionBudgets with their status, and the labels of the pods that drains evict.',
  remedy:
    'Leave room for one disruption: one replica more, or `maxUnavailable: 1`; let only one budget select each pod.',
  find: ({ evictions, config }) => {
    const guarding = new Set(evictions.flatMap((eviction) => eviction.budgets));
    const stuck = [...guarding].flatMap((budget) => budgetFindings(budget, config.drain.timeoutSeconds));
    return [...stuck, ...onePerObject(evictions.flatMap(twoBudgets))];
  },
};

function budgetFindings(
  budget: BudgetObservation,
  timeoutSeconds: number,
): readonly Omit<Finding, 'check'>[] {
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = budget;
  const object = budgetName(budget);
  if (disruptionsAllowed > 0) return [];
  if (expectedPods === 0) {
    return [
      {
        severity: 'unknown',
        object,
        message: 'selects pods, but its status counts none: the disruption controller has not understood it',
        remedy: `Look at its events: kubectl -n ${budget.namespace} describe pdb ${budget.name}`,
      },
    ];
  }
  if (desiredHealthy >= expectedPods) {
    return [
      {
        severity: 'blocking',
        object,
        message: `can never allow an eviction: it wants ${desiredHealthy} healthy of ${expectedPods} pods`,
        remedy: 'Run one more replica, or let the budget allow one disruption (maxUnavailable: 1).',
      },
    ];
  }
  return [
    {
      severity: 'info',
      object,
      message: `allows no eviction now: ${currentHealthy} pods are healthy and it wants ${desiredHealthy}; a drain waits for it, up to ${timeoutSeconds} s`,
      remedy: 'Nothing to do if its pods become healthy by themselves.',
    },
  ];
}

/** The eviction API answers 500 for such a pod. Source: pkg/registry/core/pod/storage/eviction.go. */
function twoBudgets({ pod, budgets: guards }: Eviction): readonly Omit<Finding, 'check'>[] {
  if (guards.length < 2) return [];
  return [
    {
      severity: 'blocking',
      object: ownerOf(pod),
      message: `has pods under several budgets (${guards.map(budgetName).join(', ')}), which the eviction API refuses`,
      remedy: 'Let only one budget select each pod.',
    },
  ];
}
