import { DEBTS_NAME, DEBTS_PATH } from '../cluster/owed.ts';
import type { Clock } from '../ports/clock.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import { patiently } from './patience.ts';

/**
 * What a rollout owes a follow-up: gates to pass and hooks to run after a node, a hop or the run. Kept in the cluster, since nothing else
 * of the world shows that a gate was not passed yet, and read when the next plan is made.
 */
export interface Debts {
  open(scopes: readonly string[], signal: AbortSignal): Promise<void>;
  pay(scopes: readonly string[], signal: AbortSignal): Promise<void>;
  /** Forgets all that is its own: the rollout is through, and what is left is of gates and hooks that the file no longer has. */
  clear(signal: AbortSignal): Promise<void>;
}

const PATIENCE_SECONDS = 300;

/**
 * @param owed what was owed when the plan was made
 * @param isOwn tells scopes that this command follows up from those of others; default all
 */
export function openDebts(
  kube: Kube,
  clock: Clock,
  owed: readonly string[],
  isOwn: (scope: string) => boolean = () => true,
): Debts {
  const scopes = new Set(owed);
  let last: Promise<void> = Promise.resolve();
  // Lanes go on side by side; their writes do not, and each writes all that is owed by then.
  const write = (signal: AbortSignal): Promise<void> => {
    const next = last
      .catch(() => undefined)
      .then(() =>
        patiently(() => save(kube, [...scopes], signal), { clock, signal, seconds: PATIENCE_SECONDS }),
      );
    last = next;
    return next;
  };
  return {
    async open(opened, signal) {
      if (opened.every((scope) => scopes.has(scope))) return;
      for (const scope of opened) scopes.add(scope);
      await write(signal);
    },
    async pay(paid, signal) {
      const had = scopes.size;
      for (const scope of paid) scopes.delete(scope);
      if (scopes.size < had) await write(signal);
    },
    async clear(signal) {
      const own = [...scopes].filter(isOwn);
      if (own.length === 0) return;
      for (const scope of own) scopes.delete(scope);
      await write(signal);
    },
  };
}

async function save(kube: Kube, scopes: readonly string[], signal: AbortSignal): Promise<void> {
  const path = `${DEBTS_PATH}/${DEBTS_NAME}`;
  try {
    if (scopes.length === 0) await kube.request({ method: 'DELETE', path, signal });
    else await kube.request({ method: 'PATCH', path, body: { data: { owed: scopes.join('\n') } }, signal });
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError) || thrown.status !== 404) throw thrown;
    if (scopes.length === 0) return;
    const object = { metadata: { name: DEBTS_NAME }, data: { owed: scopes.join('\n') } };
    await kube.request({ method: 'POST', path: DEBTS_PATH, body: object, signal });
  }
}
