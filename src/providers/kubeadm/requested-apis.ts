import type { RequestedApis } from '../../cluster/evidence.ts';
import { readRequestedApis } from '../../evidence/requested-apis.ts';
import type { ServedApi } from '../../evidence/served-apis.ts';
import type { Host } from '../../ports/host.ts';
import type { OpenMetrics } from '../../ports/metrics.ts';
import type { ClusterConfiguration } from './cluster-configuration.ts';
import { quote } from './scripts/shell.ts';

/** The certificate that kubeadm makes for the API server to ask kubelets with; its group kubeadm:cluster-admins may read metrics. */
const MATERIAL = ['ca.crt', 'apiserver-kubelet-client.crt', 'apiserver-kubelet-client.key'];

/** In every serving certificate of an API server that kubeadm made (pkiutil.GetAPIServerAltNames). */
const SERVER_NAME = 'kubernetes';

const ANY_ADDRESS = ['0.0.0.0', '::'];

/**
 * What the API server on a host was asked for: each one counts for itself, and behind a load balancer only one of them answers.
 * @throws KubestairError HOST_*; Error for metrics that are refused or none of an API server
 */
export async function requestedApis(
  host: Host,
  { certificatesDir = '/etc/kubernetes/pki' }: ClusterConfiguration,
  served: readonly ServedApi[],
  openMetrics: OpenMetrics,
  signal?: AbortSignal,
): Promise<RequestedApis> {
  const script = `set -eu
date +%s
grep -ohE -e '--(secure-port|bind-address)=[^ "]+' /etc/kubernetes/manifests/kube-apiserver.yaml | tr '\\n' ' '
echo
${MATERIAL.map((name) => `base64 -w 0 <${quote(`${certificatesDir}/${name}`)}; echo`).join('\n')}`;
  const { stdout } = await host.run(script, { sudo: true, signal, timeoutSeconds: 60 });
  const [now = '', flags = '', ...material] = stdout.split('\n');
  const [ca = '', cert = '', key = ''] = material.map((line) => Buffer.from(line, 'base64').toString('utf8'));
  const tunnel = await host.tunnel(addressOf(flags), signal);
  const { socketPath } = tunnel;
  const metrics = openMetrics({
    ...{ socketPath, serverName: SERVER_NAME, path: '/metrics' },
    tls: { ca, cert, key },
  });
  const preferred = new Set(
    served.filter((api) => api.preferred).map(({ api, resource }) => `${api} ${resource}`),
  );
  try {
    return await readRequestedApis(metrics.lines(signal), Number(now), ({ api, resource }) =>
      preferred.has(`${api} ${resource}`),
    );
  } finally {
    await metrics.close();
    await tunnel.close();
  }
}

function addressOf(flags: string): { readonly host: string; readonly port: number } {
  const flag = (name: string) => new RegExp(`--${name}=(\\S+)`).exec(flags)?.[1];
  const bound = flag('bind-address') ?? '0.0.0.0';
  return {
    host: ANY_ADDRESS.includes(bound) ? '127.0.0.1' : bound,
    port: Number(flag('secure-port') ?? 6443),
  };
}
