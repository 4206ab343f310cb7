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

/**
 * Waits until every node is Ready and every pod is ready or done, and stays so for a moment.
 * `bootIds` tells for each host which boot the node must report, so that nothing said before a restart counts.
 */
export async function waitForCalm(
  state: LabState,
  bootIds: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const quietMs = 3000;
  let calmSince: number | undefined;
  await waitFor(
    'the calm of the cluster',
    async () => {
      const trouble = await firstTrouble(state, bootIds);
      if (trouble !== undefined) calmSince = undefined;
      if (trouble !== undefined) throw new Error(trouble);
      calmSince ??= performance.now();
      return performance.now() - calmSince >= quietMs ? true : undefined;
    },
    { timeoutMs: 300_000, everyMs: 700, signal },
  );
}

async function firstTrouble(
  state: LabState,
  bootIds: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const known = await nodes(state);
  for (const { name } of clusterHosts(state.hosts)) {
    const node = known.find((candidate) => candidate.name === name);
    if (node === undefined) return `node ${name} is not there`;
    const bootId = bootIds.get(name);
    if (bootId !== undefined && bootId !== node.bootId)
      return `node ${name} has not reported since its start`;
    if (!node.ready) return `node ${name} is not Ready`;
  }
  const pods = await getItems<Pod>(state, ['pods', '--all-namespaces']);
  const restless = pods.find((pod) => !isSettled(pod));
  if (restless === undefined) return undefined;
  return `pod ${restless.metadata.namespace}/${restless.metadata.name} is ${restless.status.phase} and not ready`;
}

function isSettled(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return true;
  return pod.status.phase === 'Running' && isTrue(pod.status.conditions, 'Ready');
}

function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
