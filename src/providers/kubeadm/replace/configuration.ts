import { createHash, X509Certificate } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { get } from '../../../cluster/api.ts';
import { JOINING } from '../../../cluster/mapping.ts';
import { KubestairError } from '../../../errors.ts';
import type { Kube } from '../../../ports/kube.ts';
import type { JoinToken } from '../../../rollout/replace/join-tokens.ts';

const clusterInfo = z.object({
  clusters: z.array(
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) }),
  ),
});

/**
 * The configuration of `kubeadm join` for a worker: the API server by the name that all nodes use, its certificate authority by the hash
 * of its key, and a taint that keeps pods away until the node has the labels and taints that it is to have.
 * @throws KubestairError CLUSTER_UNSUPPORTED where the cluster publishes no cluster-info
 */
export async function joinConfiguration(
  kube: Kube,
  node: string,
  { id, secret }: JoinToken,
  ignorePreflightErrors: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const path = '/api/v1/namespaces/kube-public/configmaps/cluster-info';
  const map = await get<{ readonly data?: Readonly<Record<string, string>> }>(kube, path, { signal });
  const info = clusterInfo.safeParse(parse(map.data?.kubeconfig ?? '')).data?.clusters[0]?.cluster;
  if (info === undefined) throw noClusterInfo();
  const pem = Buffer.from(info['certificate-authority-data'], 'base64').toString('utf8');
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return `${JSON.stringify({
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'JoinConfiguration',
    discovery: {
      bootstrapToken: {
        apiServerEndpoint: new URL(info.server).host,
        token: `${id}.${secret}`,
        caCertHashes: [`sha256:${createHash('sha256').update(key).digest('hex')}`],
      },
    },
    nodeRegistration: {
      name: node,
      taints: [{ key: JOINING, effect: 'NoSchedule' }],
      ignorePreflightErrors,
    },
  })}\n`;
}

function noClusterInfo(): KubestairError {
  return new KubestairError('CLUSTER_UNSUPPORTED', 'ConfigMap kube-public/cluster-info names no API server', {
    object: 'ConfigMap/kube-public/cluster-info',
    next: 'Bring it back with kubeadm init phase bootstrap-token, since hosts find the cluster through it.',
  });
}
