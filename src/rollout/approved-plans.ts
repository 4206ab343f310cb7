import { text } from 'node:stream/consumers';
import { asKubestairError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { readPlanFile } from '../plan/saved/plan-file.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

interface PlanStore {
  readonly store: Store;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Keeps a plan that is about to be carried out, `<cluster>/plans/<hash>.json`, so that a later run which was given no more than its hash
 * can say what differs. Nothing depends on it: a store that refuses costs no more than those words.
 */
export async function keepPlan(plan: Plan, { store, log, signal }: PlanStore): Promise<void> {
  try {
    await store.put(keyOf(plan.cluster, plan.hash), Buffer.from(`${JSON.stringify(plan)}\n`), {
      createOnly: true,
      contentType: 'application/json',
      signal,
    });
  } catch (thrown) {
    const { code, message } = asKubestairError(thrown);
    if (code !== 'BACKUP_EXISTS') log.debug(`the plan could not be kept in the store: ${message}`);
  }
}

/** A plan that an earlier run carried out; undefined where none is known by that hash. */
export async function findPlan(
  cluster: string,
  hash: string,
  tool: string,
  { store, log, signal }: PlanStore,
): Promise<Plan | undefined> {
  const key = keyOf(cluster, hash);
  try {
    const body = await store.get(key, signal);
    return body === undefined ? undefined : readPlanFile(await text(body), `${store.url}/${key}`, tool);
  } catch (thrown) {
    signal.throwIfAborted();
    log.debug(`the store has no plan to compare with: ${asKubestairError(thrown).message}`);
    return undefined;
  }
}

function keyOf(cluster: string, hash: string): string {
  return `${cluster}/plans/${hash}.json`;
}
