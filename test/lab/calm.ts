import { LabError } from './errors.ts';
import { getItems } from './kubectl.ts';
import type { LabState } from './state.ts';
import { clusterHosts } from './topology.ts';
import { waitFor } from './wait.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Node {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions?: readonly Condition[];
    readonly nodeInfo: { readonly bootID: string; readonly kubeletVersion: string };
  };
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly state: { readonly running?: { readonly startedAt: string } };
    }[];
  };
}

export interface NodeSummary {
  readonly name: string;
  readonly ready: boolean;
  readonly version: string;
  readonly bootId: string;
}

/** The nodes of the cluster, as the API server tells. */
export async function nodes(state: LabState): Promise<readonly NodeSummary[]> {
  const items = await getItems<Node>(state, ['nodes']);
  return items.map((node) => ({
    name: node.metadata.name,
    ready: isTrue(node.status.conditions, 'Ready'),
    version: node.status.nodeInfo.kubeletVersion.replace(/^v/, ''),
    bootId: node.status.nodeInfo.bootID,
  }));
}

/** The boot that a host is in, so that nothing the API server remembers of an earlier one counts. */
export interface Boot {
  readonly bootId: string;
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
}

/** Waits until every node is Ready and every pod is ready or done, and stays so for a moment. */
export async function waitForCalm(
  state: LabState,
  boots: ReadonlyMap<string, Boot>,
  signal?: AbortSignal,
): Promise<void> {
  const quietMs = 3000;
  let calmSince: number | undefined;
  await waitFor(
    'the calm of the cluster',
    async () => {
      const trouble = await firstTrouble(state, boots);
      if (trouble !== undefined) {
        calmSince = undefined;
        throw new LabError(trouble);
      }
      calmSince ??= performance.now();
      return performance.now() - calmSince >= quietMs ? true : undefined;
    },
    { timeoutMs: 300_000, everyMs: 700, signal },
  );
}

async function firstTrouble(state: LabState, boots: ReadonlyMap<string, Boot>): Promise<string | undefined> {
  const known = await nodes(state);
  for (const { name } of clusterHosts(state.hosts)) {
    const node = known.find((candidate) => candidate.name === name);
    if (node === undefined) return `node ${name} is not there`;
    const boot = boots.get(name);
    if (boot !== undefined && boot.bootId !== node.bootId)
      return `node ${name} has not reported since its start`;
    if (!node.ready) return `node ${name} is not Ready`;
  }
  const pods = await getItems<Pod>(state, ['pods', '--all-namespaces']);
  const restless = pods.find((pod) => !isSettled(pod, boots.get(pod.spec.nodeName ?? '')));
  if (restless === undefined) return undefined;
  return `pod ${restless.metadata.namespace}/${restless.metadata.name} is ${restless.status.phase} and not ready`;
}

function isSettled(pod: Pod, boot: Boot | undefined): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return true;
  if (pod.status.phase !== 'Running' || !isTrue(pod.status.conditions, 'Ready')) return false;
  // The API server goes on telling what ran before the boot until the kubelet has looked again. It tells whole seconds.
  const began = (boot?.began ?? 0) - 1000;
  const containers = pod.status.containerStatuses ?? [];
  return containers.every(({ state }) => Date.parse(state.running?.startedAt ?? '') >= began);
}

function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
