import type { EtcdObservation } from '../../cluster/observation.ts';
import { KubestairError } from '../../errors.ts';
import type { Etcd } from '../../ports/etcd.ts';
import type { Host, Tunnel } from '../../ports/host.ts';
import { type ApiServer, readApiServer } from './apiserver.ts';
import { quote } from './scripts/shell.ts';

/** What a connection to etcd is made of. Keys stay in memory. */
export interface EtcdTarget {
  readonly address: {
    readonly kind: 'socket';
    readonly path: string;
    readonly serverName: string;
    readonly port: number;
  };
  /** Absent for members that serve clients without TLS. */
  readonly tls?: { readonly ca?: string; readonly cert: string; readonly key: string };
}

export type OpenEtcd = (target: EtcdTarget) => Etcd;

/** A member of etcd, or what is known to lead to one. */
export interface MemberRoute {
  /** The node of a stacked member, the URL of an external one. */
  readonly name: string;
  /** Closed by the caller. @throws KubestairError HOST_*, CLUSTER_UNSUPPORTED */
  open(signal?: AbortSignal): Promise<Etcd>;
}

export interface EtcdRoutes {
  readonly topology: EtcdObservation['topology'];
  readonly routes: readonly MemberRoute[];
}

/** A control-plane host and what was learnt from its API server. */
interface Way {
  readonly host: Host;
  readonly server: ApiServer;
  readonly url: URL;
}

/**
 * Finds every member through the flags of the API servers, which know where etcd is and have the certificates for it: stacked and
 * external, whatever made them. A stacked member is reached from its own host, an external one from the first that gets there.
 */
export async function routesToEtcd(
  hosts: readonly Host[],
  topology: EtcdObservation['topology'],
  openEtcd: OpenEtcd,
  signal?: AbortSignal,
): Promise<EtcdRoutes> {
  const found = await Promise.all(hosts.map((host) => waysFrom(host, signal)));
  const byMember = new Map<string, Way[]>();
  for (const way of found.flatMap(({ ways }) => ways)) {
    const member = isLoopback(way.url) ? `${way.host.name} ${way.url.href}` : way.url.href;
    byMember.set(member, [...(byMember.get(member) ?? []), way]);
  }
  const routes = [...byMember.values()].map((ways): MemberRoute => {
    const { host, url } = ways[0] as Way;
    const name = isLoopback(url) ? host.name : url.origin;
    return { name, open: (again) => openFirst(ways, openEtcd, again) };
  });
  const dead = found.flatMap(({ host, error }): MemberRoute[] =>
    error === undefined ? [] : [{ name: host.name, open: () => Promise.reject(error) }],
  );
  // A host that says nothing hides a stacked member; of an external etcd it only was one more way.
  return { topology, routes: topology === 'stacked' || routes.length === 0 ? [...routes, ...dead] : routes };
}

async function waysFrom(
  host: Host,
  signal: AbortSignal | undefined,
): Promise<{ readonly host: Host; readonly ways: readonly Way[]; readonly error?: unknown }> {
  try {
    const server = await readApiServer(host, signal);
    const urls = (server.flag('etcd-servers') ?? '').split(',').filter((text) => URL.canParse(text));
    if (urls.length > 0) return { host, ways: urls.map((text) => ({ host, server, url: new URL(text) })) };
    throw new KubestairError('CLUSTER_UNSUPPORTED', `the API server of ${host.name} names no etcd servers`, {
      object: `Node/${host.name}`,
      next: 'Look at --etcd-servers in /etc/kubernetes/manifests/kube-apiserver.yaml.',
    });
  } catch (error) {
    signal?.throwIfAborted();
    return { host, ways: [], error };
  }
}

async function openFirst(ways: readonly Way[], openEtcd: OpenEtcd, signal?: AbortSignal): Promise<Etcd> {
  let failure: unknown;
  for (const way of ways) {
    try {
      return await openThrough(way, openEtcd, signal);
    } catch (error) {
      signal?.throwIfAborted();
      failure ??= error;
    }
  }
  throw failure;
}

async function openThrough(
  { host, server, url }: Way,
  openEtcd: OpenEtcd,
  signal?: AbortSignal,
): Promise<Etcd> {
  const tls = url.protocol === 'https:' ? await readTls(host, server, signal) : undefined;
  const serverName = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || 2379;
  const tunnel = await host.tunnel({ host: serverName, port }, signal);
  try {
    const address = { kind: 'socket', path: tunnel.socketPath, serverName, port } as const;
    return closingBoth(openEtcd({ address, ...(tls && { tls }) }), tunnel);
  } catch (thrown) {
    await tunnel.close();
    throw thrown;
  }
}

async function readTls(
  host: Host,
  server: ApiServer,
  signal: AbortSignal | undefined,
): Promise<NonNullable<EtcdTarget['tls']>> {
  const files = ['etcd-certfile', 'etcd-keyfile', 'etcd-cafile'].map((flag) => server.file(flag));
  const reads = files.map((file) =>
    file === undefined ? 'echo' : `encoded=$(base64 -w 0 <${quote(file)}) && echo "$encoded"`,
  );
  const { stdout } = await host.run(`set -eu\n${reads.join('\n')}`, {
    sudo: true,
    signal,
    timeoutSeconds: 60,
  });
  const [cert = '', key = '', ca = ''] = stdout
    .split('\n')
    .map((line) => Buffer.from(line, 'base64').toString('utf8'));
  return { cert, key, ...(ca !== '' && { ca }) };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
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
