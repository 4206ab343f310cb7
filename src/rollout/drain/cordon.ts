import { CORDONED_BY } from '../../cluster/mapping.ts';
import type { NodeObject } from '../../cluster/objects.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';

/** Whose cordon a node has. */
export type Cordon = 'own' | 'foreign' | 'none';

/** The kubelet writes a node's status every few seconds, so a write may find another version than was read. */
const ATTEMPTS = 5;

/**
 * Cordons a node and marks the cordon as Kubestair's in the same write. A node that somebody else cordoned is left as it is,
 * so that it stays cordoned afterwards.
 * @returns `foreign` when somebody else's cordon was found
 */
export async function cordonNode(
  kube: Kube,
  name: string,
  runId: string,
  signal: AbortSignal,
): Promise<Cordon> {
  const before = await changeNode(kube, name, signal, (node) =>
    cordonOf(node) === 'none' ? { annotations: { [CORDONED_BY]: runId }, unschedulable: true } : undefined,
  );
  return before === 'none' ? 'own' : before;
}

/** Uncordons a node that a run of Kubestair cordoned. @returns `foreign` when the cordon is somebody else's, who keeps it */
export async function uncordonNode(kube: Kube, name: string, signal: AbortSignal): Promise<Cordon> {
  return await changeNode(kube, name, signal, (node) =>
    isMarked(node) ? { annotations: { [CORDONED_BY]: null }, unschedulable: null } : undefined,
  );
}

/** Whether no cordon of Kubestair's is left on a node. */
export async function isUncordoned(kube: Kube, name: string, signal: AbortSignal): Promise<boolean> {
  return !isMarked(await readNode(kube, name, signal));
}

interface Change {
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly unschedulable: boolean | null;
}

/** Reads, decides and writes, with the version that was read: a cordon that somebody sets meanwhile is never taken for ours. */
async function changeNode(
  kube: Kube,
  name: string,
  signal: AbortSignal,
  decide: (node: NodeObject) => Change | undefined,
): Promise<Cordon> {
  for (let attempt = 1; ; attempt++) {
    const node = await readNode(kube, name, signal);
    const change = decide(node);
    if (change === undefined) return cordonOf(node);
    const { annotations, unschedulable } = change;
    const { resourceVersion } = node.metadata;
    const body = { metadata: { annotations, resourceVersion }, spec: { unschedulable } };
    try {
      await kube.request({ method: 'PATCH', path: nodePath(name), body, signal });
      return cordonOf(node);
    } catch (thrown) {
      const overtaken = thrown instanceof KubeStatusError && thrown.status === 409;
      if (!overtaken || attempt === ATTEMPTS) throw thrown;
    }
  }
}

function cordonOf(node: NodeObject): Cordon {
  if (node.spec?.unschedulable !== true) return 'none';
  return isMarked(node) ? 'own' : 'foreign';
}

function isMarked({ metadata }: NodeObject): boolean {
  return metadata.annotations?.[CORDONED_BY] !== undefined;
}

async function readNode(kube: Kube, name: string, signal: AbortSignal): Promise<NodeObject> {
  return (await kube.request({ path: nodePath(name), signal })) as NodeObject;
}

function nodePath(name: string): string {
  return `/api/v1/nodes/${encodeURIComponent(name)}`;
}
