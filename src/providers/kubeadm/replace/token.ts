import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { get } from '../../../cluster/api.ts';
import { JOINING } from '../../../cluster/mapping.ts';
import { KubestairError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type Kube, KubeStatusError } from '../../../ports/kube.ts';

/** As long as a join takes, with the packages at hand. */
const TOKEN_SECONDS = 900;

/** A bootstrap token of a cluster. Source: k8s.io/kubernetes, cmd/kubeadm/app/apis/bootstraptoken/v1. */
export interface JoinToken {
  readonly id: string;
  readonly secret: string;
}

/** Makes a token that dies by itself soon. @throws KubeStatusError */
export async function makeToken(
  kube: Kube,
  node: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<JoinToken> {
  const token = { id: letters(6), secret: letters(16) };
  const expiration = new Date(clock.now().getTime() + TOKEN_SECONDS * 1000).toISOString().slice(0, 19);
  await kube.request({
    method: 'POST',
    path: '/api/v1/namespaces/kube-system/secrets',
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'bootstrap.kubernetes.io/token',
      metadata: { name: `bootstrap-token-${token.id}`, namespace: 'kube-system' },
      stringData: {
        'token-id': token.id,
        'token-secret': token.secret,
        description: `Kubestair: join of ${node}`,
        expiration: `${expiration}Z`,
        'usage-bootstrap-authentication': 'true',
        'usage-bootstrap-signing': 'true',
        'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token',
      },
    },
    signal,
  });
  return token;
}

/** Does not wait for the token to die by itself; one that is gone already is no error. */
export async function dropToken(kube: Kube, { id }: JoinToken, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/namespaces/kube-system/secrets/bootstrap-token-${id}`;
  try {
    await kube.request({ method: 'DELETE', path, signal });
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError) || thrown.status !== 404) throw thrown;
  }
}

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
  const info = clusterInfo.safeParse(parse(map.data?.['kubeconfig'] ?? '')).data?.clusters[0]?.cluster;
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

/** Lower-case letters and digits, as tokens have them; without a bias. */
function letters(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

function noClusterInfo(): KubestairError {
  return new KubestairError('CLUSTER_UNSUPPORTED', 'ConfigMap kube-public/cluster-info names no API server', {
    object: 'ConfigMap/kube-public/cluster-info',
    next: 'Bring it back with kubeadm init phase bootstrap-token, since hosts find the cluster through it.',
  });
}
