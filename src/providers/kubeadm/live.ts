import { get, listWhole } from '../../cluster/api.ts';
import { toNode } from '../../cluster/mapping.ts';
import type { NodeObject, PodObject } from '../../cluster/objects.ts';
import type { Kube } from '../../ports/kube.ts';
import type { BareNode } from './hop-state.ts';

/** One node as it is now, with the static pods on it. */
export async function readNode(kube: Kube, name: string, signal?: AbortSignal): Promise<BareNode> {
  const selector = new URLSearchParams({ fieldSelector: `spec.nodeName=${name}` });
  const [node, pods] = await Promise.all([
    get<NodeObject>(kube, `/api/v1/nodes/${encodeURIComponent(name)}`, { signal }),
    get<{ readonly items: readonly PodObject[] }>(kube, `/api/v1/namespaces/kube-system/pods?${selector}`, {
      signal,
    }),
  ]);
  return toNode(node, pods.items, undefined);
}

/** All nodes as they are now, with the static pods on them. */
export async function readNodes(kube: Kube, signal?: AbortSignal): Promise<readonly BareNode[]> {
  const [nodes, pods] = await Promise.all([
    listWhole<NodeObject>(kube, '/api/v1/nodes', signal),
    listWhole<PodObject>(kube, '/api/v1/namespaces/kube-system/pods', signal),
  ]);
  const byNode = Map.groupBy(pods, (pod) => pod.spec?.nodeName ?? '');
  return nodes.map((node) => toNode(node, byNode.get(node.metadata.name) ?? [], undefined));
}
