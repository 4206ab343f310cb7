import { budgetName, ownerOf } from '../disruption.ts';
import { type Check, onePerObject } from './check.ts';

/** The eviction API answers 500 for a pod under two budgets. Source: pkg/registry/core/pod/storage/eviction.go, v1.36. */
export const overlappingBudgets: Check = {
  id: 'overlapping-budgets',
  about: 'No pod that a drain evicts has two PodDisruptionBudgets.',
  severity: 'blocking',
  evidence: 'The selectors of PodDisruptionBudgets, and the labels of the pods that drains evict.',
  remedy: 'Let only one budget select each pod.',
  find: ({ evictions }) =>
    onePerObject(
      evictions
        .filter(({ pod, budgets }) => budgets.length > 1 && pod.phase !== 'Pending')
        .map(({ pod, budgets }) => ({
          severity: 'blocking',
          object: ownerOf(pod),
          message: `has pods under several budgets (${budgets.map(budgetName).join(', ')}), which the eviction API refuses`,
          remedy: 'Delete one of these budgets, or narrow its selector, so that only one selects each pod.',
        })),
    ),
};
