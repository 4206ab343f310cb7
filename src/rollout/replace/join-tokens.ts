import { randomBytes } from 'node:crypto';
import { listWhole } from '../../cluster/api.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';

const SECRETS = '/api/v1/namespaces/kube-system/secrets';
const TYPE = 'bootstrap.kubernetes.io/token';
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
    path: SECRETS,
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      type: TYPE,
      metadata: { name: `bootstrap-token-${token.id}`, namespace: 'kube-system' },
      stringData: {
        'token-id': token.id,
        'token-secret': token.secret,
        description: describe(node),
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

/**
 * Deletes every token that was made for the join of a node, by runs that were cut off too, and does not wait for them to die by themselves.
 * @throws KubeStatusError, KubestairError KUBE_REQUEST
 */
export async function dropTokens(kube: Kube, node: string, signal: AbortSignal): Promise<void> {
  const tokens = await listWhole<SecretObject>(kube, SECRETS, signal, { fieldSelector: `type=${TYPE}` });
  const own = tokens.filter(({ data = {} }) => textOf(data.description) === describe(node));
  for (const { metadata } of own) {
    try {
      await kube.request({ method: 'DELETE', path: `${SECRETS}/${metadata.name}`, signal });
    } catch (thrown) {
      if (!(thrown instanceof KubeStatusError) || thrown.status !== 404) throw thrown;
    }
  }
}

interface SecretObject {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

function describe(node: string): string {
  return `Kubestair: join of ${node}`;
}

function textOf(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Lower-case letters and digits, as tokens have them; without a bias. */
function letters(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
