import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { type KubeOptions, openKube } from '../../../src/adapters/kube.ts';
import type { Kube } from '../../../src/ports/kube.ts';
import { recordedLog } from '../../unit/backup/support/quiet.ts';
import { apiServerBinary } from './binaries.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type EtcdServer, startEtcd } from './etcd-server.ts';
import { freePort, startServer } from './server.ts';
import { temporaryDirectory } from './temporary.ts';

/**
 * `admin` may do everything and is exempt from priority and fairness; `viewer` and `operator` may do what the cluster's RBAC grants to
 * the groups `viewers` and `operators`.
 */
export type User = 'admin' | 'viewer' | 'operator';

export interface ApiServer extends AsyncDisposable {
  readonly etcd: EtcdServer;
  readonly port: number;
  /** PEM texts of the user `client`, who may do nothing until a binding says so; the server goes by the name `kubernetes` too. */
  readonly client: Certificates['client'];
  /** The adapter, with a kubeconfig as a user would have it. @param options `firstPauseMilliseconds` where answers are going to fail */
  kubeAs(user: User, options?: Pick<KubeOptions, 'firstPauseMilliseconds'>): Promise<Kube>;
  /** Path of that kubeconfig. */
  kubeconfigFor(user: User): Promise<string>;
  /** One request as the administrator, with JSON as text on both ends; throws for any status of 400 and above. */
  send(method: string, path: string, body?: string, contentType?: string): Promise<string>;
}

/**
 * A real API server over a real etcd, with events in an etcd of their own; nothing else of a cluster runs.
 * @param flags Besides those that it needs.
 * @param etcdServers Endpoints of another etcd that takes the place of its own.
 */
export async function startApiServer(
  flags: readonly string[] = [],
  etcdServers?: string,
): Promise<ApiServer> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory()).path;
  const etcd = stack.use(await startEtcd());
  const events = stack.use(await startEtcd());
  const { files, client } = await makeCertificates(directory, ['IP:127.0.0.1', 'DNS:kubernetes']);
  const tokens = join(directory, 'tokens.csv');
  await writeFile(
    tokens,
    'admin-token,admin,1,system:masters\nviewer-token,viewer,2,viewers\noperator-token,operator,3,operators\n',
  );
  const port = await freePort();
  const server = `https://127.0.0.1:${port}`;
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  stack.defer(() => dispatcher.destroy());

  async function send(
    method: string,
    path: string,
    body?: string,
    contentType = 'application/json',
  ): Promise<string> {
    const answer = await request(server + path, {
      method: method as 'GET',
      dispatcher,
      headers: { authorization: 'Bearer admin-token', 'content-type': contentType },
      ...(body !== undefined && { body }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text;
  }

  async function kubeconfigFor(user: User): Promise<string> {
    const kubeconfig = join(directory, `${user}.kubeconfig`);
    await writeFile(kubeconfig, kubeconfigOf(server, user));
    return kubeconfig;
  }

  async function kubeAs(
    user: User,
    options: Pick<KubeOptions, 'firstPauseMilliseconds'> = {},
  ): Promise<Kube> {
    const kubeconfig = await kubeconfigFor(user);
    return await openKube(
      { kubeconfig, env: {}, userAgent: 'kubestair/contract', ...options },
      recordedLog(),
    );
  }

  stack.use(
    await startServer({
      command: await apiServerBinary(),
      args: [
        `--etcd-servers=${etcdServers ?? `http://127.0.0.1:${etcd.port}`}`,
        `--etcd-servers-overrides=/events#http://127.0.0.1:${events.port}`,
        '--advertise-address=127.0.0.1',
        '--bind-address=127.0.0.1',
        `--secure-port=${port}`,
        `--tls-cert-file=${files.serverCert}`,
        `--tls-private-key-file=${files.serverKey}`,
        '--endpoint-reconciler-type=none',
        '--authorization-mode=RBAC',
        `--token-auth-file=${tokens}`,
        `--client-ca-file=${files.ca}`,
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${files.serverCert}`,
        `--service-account-signing-key-file=${files.serverKey}`,
        '--service-cluster-ip-range=10.96.0.0/16',
        ...flags,
      ],
      ready: () => send('GET', '/readyz'),
    }),
  );
  const owned = stack.move();
  return {
    etcd,
    port,
    client,
    kubeAs,
    kubeconfigFor,
    send,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** JSON, which is YAML too. */
function kubeconfigOf(server: string, user: User): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'contract',
    contexts: [{ name: 'contract', context: { cluster: 'contract', user } }],
    clusters: [{ name: 'contract', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: user, user: { token: `${user}-token` } }],
  });
}
