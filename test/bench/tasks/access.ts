import { randomBytes } from 'node:crypto';
import { openKube } from '../../../src/adapters/kube.ts';
import { openStore } from '../../../src/adapters/store.ts';
import type { Kube } from '../../../src/ports/kube.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { TaskInput } from './task.ts';

/** A log that nobody reads, but for warnings. */
export const quietLog: Log = {
  debug: () => {},
  info: () => {},
  warn: (message) => console.error(message),
  mask: () => {},
  group: (_title, work) => work(),
  progress: () => {},
};

export function kubeOf({ kubeconfig }: TaskInput): Promise<Kube> {
  return openKube({ kubeconfig, env: {}, userAgent: 'kubestair/bench' }, quietLog);
}

/** Credentials are in the environment. */
export function storeOf({ store }: TaskInput): Store {
  return openStore(store, { random: (bytes) => randomBytes(bytes), env: {} });
}
