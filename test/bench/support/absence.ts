import { setTimeout as sleep } from 'node:timers/promises';
import { getJson, openKubeApi } from '../../lab/kube-api.ts';

const EVERY_MILLISECONDS = 200;

export interface Absence {
  readonly node: string;
  /** From the first look at which it was cordoned to the first one at which it was not. */
  readonly seconds: number;
}

export interface AbsenceWatch {
  stop(): Promise<readonly Absence[]>;
}

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly unschedulable?: boolean };
  }[];
}

/** Looks from outside, five times a second, which nodes take no pods, whoever cordons them. */
export async function watchAbsence(kubeconfig: string): Promise<AbsenceWatch> {
  const api = await openKubeApi(kubeconfig);
  const ended = new AbortController();
  const since = new Map<string, number>();
  const absences: Absence[] = [];
  const look = async (): Promise<void> => {
    const { items } = await getJson<NodeList>(api, '/api/v1/nodes', ended.signal);
    const now = performance.now();
    for (const { metadata, spec } of items) {
      const cordoned = since.get(metadata.name);
      if (spec.unschedulable === true && cordoned === undefined) since.set(metadata.name, now);
      if (spec.unschedulable === true || cordoned === undefined) continue;
      absences.push({ node: metadata.name, seconds: (now - cordoned) / 1000 });
      since.delete(metadata.name);
    }
  };
  const loop = (async () => {
    while (!ended.signal.aborted) {
      // The only API server is away for a while.
      await look().catch(() => undefined);
      await sleep(EVERY_MILLISECONDS);
    }
  })();
  return {
    async stop() {
      await look();
      ended.abort();
      await loop;
      api.agent.destroy();
      return absences;
    },
  };
}
