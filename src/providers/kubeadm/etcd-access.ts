import type { Etcd } from '../../ports/etcd.ts';
import type { Host, Tunnel } from '../../ports/host.ts';
import type { ClusterConfiguration } from './cluster-configuration.ts';
import { quote } from './scripts/shell.ts';

/** What a connection to etcd is made of. Keys stay in memory. */
export interface EtcdTarget {
  readonly address: {
    readonly kind: 'socket';
    readonly path: string;
    readonly serverName: string;
    readonly port: number;
  };
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
}

export type OpenEtcd = (target: EtcdTarget) => Etcd;

const CLIENT_PORT = 2379;
const MATERIAL = ['ca.crt', 'healthcheck-client.crt', 'healthcheck-client.key'];

/**
 * Opens the member on a control-plane host through a tunnel, with the client certificate that kubeadm makes for health checks.
 * @throws KubestairError HOST_*, and HOST_COMMAND where the host has no such certificate
 */
export async function openMember(
  host: Host,
  { certificatesDir = '/etc/kubernetes/pki' }: ClusterConfiguration,
  openEtcd: OpenEtcd,
  signal?: AbortSignal,
): Promise<Etcd> {
  const [ca = '', cert = '', key = ''] = await readMaterial(host, `${certificatesDir}/etcd`, signal);
  const tunnel = await host.tunnel({ host: '127.0.0.1', port: CLIENT_PORT }, signal);
  try {
    // kubeadm puts the node's name into the member's certificate (pkiutil.GetEtcdAltNames).
    const address = {
      kind: 'socket',
      path: tunnel.socketPath,
      serverName: host.name,
      port: CLIENT_PORT,
    } as const;
    const etcd = openEtcd({ address, tls: { ca, cert, key } });
    return closingBoth(etcd, tunnel);
  } catch (thrown) {
    await tunnel.close();
    throw thrown;
  }
}

async function readMaterial(host: Host, directory: string, signal?: AbortSignal): Promise<readonly string[]> {
  const reads = MATERIAL.map((name) => `base64 -w 0 <${quote(`${directory}/${name}`)}; echo`);
  const { stdout } = await host.run(`set -eu\n${reads.join('\n')}`, {
    sudo: true,
    signal,
    timeoutSeconds: 60,
  });
  return stdout.split('\n').map((line) => Buffer.from(line, 'base64').toString('utf8'));
}

function closingBoth(etcd: Etcd, tunnel: Tunnel): Etcd {
  return {
    ...etcd,
    async close() {
      await etcd.close();
      await tunnel.close();
    },
  };
}
