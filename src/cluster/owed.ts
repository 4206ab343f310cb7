import type { Kube } from '../ports/kube.ts';
import { getIfThere } from './api.ts';
import { PLAN_GRANTS } from './grants.ts';
import type { Reads } from './reads.ts';

/** Where a rollout keeps what it owes, so that no later one forgets it: a ConfigMap that plans may read. */
export const DEBTS_NAME = 'kubestair';
export const DEBTS_PATH = '/api/v1/namespaces/kube-system/configmaps';

interface DebtsObject {
  readonly data?: { readonly owed?: string };
}

/** What rollouts owe a follow-up, as `node/w1`, `hop/v1.36.3` and `run`. */
export async function readOwed(kube: Kube, reads: Reads, signal?: AbortSignal): Promise<readonly string[]> {
  const read = () => getIfThere<DebtsObject>(kube, `${DEBTS_PATH}/${DEBTS_NAME}`, { signal });
  const found = await reads.attempt(PLAN_GRANTS.debts, read, undefined);
  return (found?.data?.owed ?? '').split('\n').filter((scope) => scope !== '');
}
