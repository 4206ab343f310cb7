import type { Manifest } from '../../backup/manifest.ts';
import type { BackupSource } from '../../backup/unseal.ts';
import { listWhole } from '../../cluster/api.ts';
import { type Known, known, unknown } from '../../cluster/known.ts';
import { toNode } from '../../cluster/mapping.ts';
import type { NodeObject } from '../../cluster/objects.ts';
import { readClusterUid } from '../../cluster/observe.ts';
import { KubestairError } from '../../errors.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { readObjects } from '../resources/read-objects.ts';
import { type BackedUpNode, type LiveCluster, partOfKind } from './restorer.ts';

/** Every node that a backup's export has. @throws KubestairError like openPart() */
export async function readBackedUpNodes(
  manifest: Manifest,
  source: BackupSource,
  addresses: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly BackedUpNode[]> {
  const part = partOfKind(manifest, '', 'nodes')?.part;
  if (part === undefined) return [];
  const nodes: BackedUpNode[] = [];
  for await (const node of readObjects(part, source, signal)) {
    nodes.push(backedUpNode(node as unknown as NodeObject, addresses));
  }
  return nodes;
}

/**
 * Asks the API server who it is and which nodes it has. That it does not answer, or lets nobody in, is what restores are for.
 * @throws the signal's reason
 */
export async function readLiveCluster(
  kube: Kube,
  addresses: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Known<LiveCluster>> {
  try {
    const uid = await readClusterUid(kube, undefined, signal);
    const nodes = await listWhole<NodeObject>(kube, '/api/v1/nodes', signal);
    return known({ uid, nodes: nodes.map((node) => backedUpNode(node, addresses)) });
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof KubestairError || thrown instanceof KubeStatusError) return unknown(thrown.message);
    throw thrown;
  }
}

function backedUpNode(node: NodeObject, addresses: Readonly<Record<string, string>>): BackedUpNode {
  const { name, role, address, kubelet } = toNode(node, [], addresses[node.metadata.name]);
  return { name, role, address, kubelet };
}
