import { describeGrant, PLAN_GRANTS } from '../../cluster/grants.ts';
import type { Rehearsal, RehearsalAnswer } from '../../cluster/rehearsal.ts';
import type { Finding } from '../plan.ts';
import { type Check, onePerObject } from './check.ts';

/** The API server itself was asked to evict, without effect: it knows webhooks, policies and rights that no list shows. */
export const evictionsAllowed: Check = {
  id: 'evictions-allowed',
  about:
    'The API server would evict the pods of drained nodes: no webhook, policy or missing right is in the way.',
  severity: 'blocking',
  evidence:
    'Evictions with `dryRun: All`, one for all pods of a workload under the same budgets, at most 200 in a plan.',
  remedy: 'Let the webhook or policy that is named allow evictions, or grant the right.',
  find: ({ observation: { rehearsal } }) => (rehearsal === undefined ? [] : findingsOf(rehearsal)),
};

type Found = Omit<Finding, 'check'>;

function findingsOf(rehearsal: Rehearsal): readonly Found[] {
  return [...onePerObject(rehearsal.answers.flatMap((one) => findingOf(one) ?? [])), ...leftOut(rehearsal)];
}

function findingOf({ workload, namespace, pod, answer }: RehearsalAnswer): Found | undefined {
  const asked = `the eviction of its pod ${pod}`;
  switch (answer.kind) {
    // What budgets have to say is told by the checks of budgets, from all there is to know of them.
    case 'allowed':
    case 'budget':
    case 'overlap':
      return undefined;
    case 'leaving-namespace':
      return {
        severity: 'info',
        object: `Namespace/${namespace}`,
        message: 'is being deleted: a drain waits until its pods are gone',
        remedy: `Nothing to do, unless it stays: kubectl get namespace ${namespace} -o yaml tells what it waits for.`,
      };
    case 'denied':
      return {
        severity: 'blocking',
        object: workload,
        message: `${asked} is denied by the webhook or policy ${answer.by}: ${answer.reason}`,
        remedy: `Do what ${answer.by} asks for, or let it allow the evictions of a drain.`,
      };
    case 'webhook-down':
      return {
        severity: 'blocking',
        object: workload,
        message: `${asked} fails since the webhook ${answer.by} does not answer: ${answer.reason}`,
        remedy: 'Mend what serves that webhook, or take its configuration away if nobody needs it.',
      };
    case 'no-dry-run':
      return {
        severity: 'unknown',
        object: `webhook ${answer.by}`,
        message: 'judges evictions and has side effects, so that it cannot be asked beforehand',
        remedy: 'Set sideEffects: None or NoneOnDryRun on it if that is true, or accept this finding.',
      };
    case 'forbidden':
      return {
        severity: 'unknown',
        object: 'pods/eviction',
        message: `this user may not evict pods, not even without effect: ${answer.reason}`,
        remedy: `Grant ${describeGrant(PLAN_GRANTS.evictions)}; docs/rbac.yaml has every rule.`,
      };
    case 'busy':
    case 'other':
      return {
        severity: 'unknown',
        object: workload,
        message: `${asked} was answered with ${answer.reason}`,
        remedy: 'Look at the API server and its log, and plan again.',
      };
  }
}

function leftOut({ answers, covered, left }: Rehearsal): readonly Found[] {
  if (left === 0) return [];
  return [
    {
      severity: 'info',
      object: 'pods/eviction',
      message: `${answers.length} evictions were rehearsed, for ${covered} pods; the other ${left} are judged by their budgets alone`,
      remedy: 'Nothing to do: workloads that budgets hold and one of each namespace were asked about first.',
    },
  ];
}
