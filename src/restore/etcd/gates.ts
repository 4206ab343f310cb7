import { get, listWhole } from '../../cluster/api.ts';
import type { NamespaceObject, NodeObject, ObjectMeta, PodObject } from '../../cluster/objects.ts';
import { KubestairError } from '../../errors.ts';
import type { Kube } from '../../ports/kube.ts';
import { hasCondition } from '../../rollout/workloads.ts';
import type { RestorePlan } from './plan.ts';

/** Labels of the static pods that kubeadm makes (util/staticpod/utils.go, ComponentPod). */
const CONTROL_PLANE_PODS = 'tier=control-plane';

/**
 * What keeps the API server from answering with what was restored.
 * @throws KubestairError RESTORE_DIFFERS when it answers as another cluster
 */
export async function apiProblems(
  { backupUid }: RestorePlan,
  kube: Kube,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/kube-system';
  const { metadata } = await get<NamespaceObject>(kube, path, { signal, retries: 0 });
  if (metadata.uid === backupUid) return [];
  throw new KubestairError(
    'RESTORE_DIFFERS',
    `the API server answers as cluster ${metadata.uid}, and ${backupUid} was restored`,
    {
      object: kube.server,
      next: 'Look whether the kubeconfig leads to the restored control plane, and whether its API servers use the etcd that was restored.',
    },
  );
}

/**
 * What nodes lack to be back: a heartbeat and Ready, and on control planes every static pod. Only what was written after the
 * restore counts: what was there before came from the backup.
 */
export async function nodeProblems(
  names: readonly string[],
  { writtenAfter, hosts }: RestorePlan,
  kube: Kube,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isFresh = (metadata: ObjectMeta | undefined) =>
    BigInt(metadata?.resourceVersion ?? 0) > BigInt(writtenAfter);
  const leases = await listWhole<{ readonly metadata: ObjectMeta }>(
    kube,
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
    signal,
  );
  const nodes = await listWhole<NodeObject>(kube, '/api/v1/nodes', signal);
  const pods = await listWhole<PodObject>(kube, '/api/v1/namespaces/kube-system/pods', signal, {
    labelSelector: CONTROL_PLANE_PODS,
  });
  const controlPlanes = hosts.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  return names.flatMap((name) => {
    const lease = leases.find(({ metadata }) => metadata.name === name);
    if (!isFresh(lease?.metadata)) return [`node ${name} has not reported since the restore`];
    const node = nodes.find(({ metadata }) => metadata.name === name);
    if (!hasCondition(node?.status?.conditions, 'Ready')) return [`node ${name} is not Ready`];
    if (!controlPlanes.includes(name)) return [];
    return pods
      .filter(({ spec }) => spec?.nodeName === name)
      .filter(({ metadata, status }) => !isFresh(metadata) || !hasCondition(status?.conditions, 'Ready'))
      .map(({ metadata }) => `pod kube-system/${metadata.name} is not ready`);
  });
}
