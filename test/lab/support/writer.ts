import { openKube } from '../../../src/adapters/kube.ts';
import type { Kube } from '../../../src/ports/kube.ts';
import { recordedLog } from '../../unit/backup/support/quiet.ts';
import type { LabAccess } from '../access.ts';
import { waitFor } from '../wait.ts';

const OBJECTS = 50;
const EVERY_MILLISECONDS = 50;
const PER_TICK = 10;

export interface Writer {
  /** Changes that the API server accepted so far. */
  count(): number;
  stop(): Promise<void>;
}

/** Changes ConfigMaps of the namespace `churn` 200 times a second, as far as the machine allows, until it is stopped. */
export async function startWriter({ kubeconfig, context }: LabAccess): Promise<Writer> {
  const kube = await openKube({ kubeconfig, context, env: {}, userAgent: 'lab-writer' }, recordedLog());
  await makeObjects(kube);
  const stopped = new AbortController();
  let changes = 0;
  const change = async (index: number): Promise<void> => {
    const body = { data: { change: String(changes), at: new Date().toISOString() } };
    const path = `/api/v1/namespaces/churn/configmaps/c${index % OBJECTS}`;
    await kube
      .request({ method: 'PATCH', path, body, signal: stopped.signal })
      .then(() => (changes += 1))
      .catch(() => undefined);
  };
  const running = new Set<Promise<void>>();
  let next = 0;
  const timer = setInterval(() => {
    for (let each = 0; each < PER_TICK && running.size < OBJECTS; each += 1) {
      const one = change(next++).finally(() => running.delete(one));
      running.add(one);
    }
  }, EVERY_MILLISECONDS);
  return {
    count: () => changes,
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      stopped.abort();
    },
  };
}

async function makeObjects(kube: Kube): Promise<void> {
  const create = (path: string, name: string) =>
    kube.request({ method: 'POST', path, body: { metadata: { name } } }).catch(() => undefined);
  await create('/api/v1/namespaces', 'churn');
  // What controllers put into a new namespace would come between an export and its snapshot.
  const ofControllers = ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'];
  const settled = async (): Promise<true> => {
    for (const name of ofControllers) await kube.request({ path: `/api/v1/namespaces/churn/${name}` });
    return true;
  };
  await waitFor(ofControllers.join(' and '), settled, { timeoutMs: 60_000, everyMs: 200 });
  for (let index = 0; index < OBJECTS; index += 1)
    await create('/api/v1/namespaces/churn/configmaps', `c${index}`);
}
