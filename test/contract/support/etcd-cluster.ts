import { join } from 'node:path';
import { openEtcd } from '../../../src/adapters/etcd.ts';
import type { Etcd } from '../../../src/ports/etcd.ts';
import { etcdBinary } from './binaries.ts';
import { runEtcdTool } from './etcd-server.ts';
import { freePort, type Server, startServer } from './server.ts';
import { temporaryDirectory } from './temporary.ts';

export interface EtcdCluster extends AsyncDisposable {
  readonly members: ReadonlyMap<string, Server>;
  /** Of all members, as the API server takes them. */
  readonly endpoints: string;
  /** A connection to each member; closed by the caller. */
  open(): Etcd[];
  etcdctl(...args: readonly string[]): Promise<string>;
  /** A value that may be too long for an argument. */
  put(key: string, value: string): Promise<string>;
}

/** A real etcd with members cp1, cp2 and cp3. @param flags for every member */
export async function startEtcdCluster(flags: readonly string[] = []): Promise<EtcdCluster> {
  await using stack = new AsyncDisposableStack();
  const own = stack.use(await temporaryDirectory());
  const names = ['cp1', 'cp2', 'cp3'];
  const places = await Promise.all(
    names.map(async (name) => ({
      name,
      port: await freePort(),
      peer: `http://127.0.0.1:${await freePort()}`,
    })),
  );
  const command = await etcdBinary('etcd');
  const endpoints = places.map(({ port }) => `http://127.0.0.1:${port}`).join(',');
  const etcdctl = (...args: readonly string[]) =>
    runEtcdTool('etcdctl', [`--endpoints=${endpoints}`, ...args]);
  const servers = await Promise.all(
    places.map(({ name, port, peer }) =>
      startServer({
        command,
        args: [
          `--name=${name}`,
          `--data-dir=${join(own.path, name)}`,
          `--listen-client-urls=http://127.0.0.1:${port}`,
          `--advertise-client-urls=http://127.0.0.1:${port}`,
          `--listen-peer-urls=${peer}`,
          `--initial-advertise-peer-urls=${peer}`,
          `--initial-cluster=${places.map((each) => `${each.name}=${each.peer}`).join(',')}`,
          '--log-level=error',
          '--unsafe-no-fsync',
          ...flags,
        ],
        ready: () => runEtcdTool('etcdctl', [`--endpoints=http://127.0.0.1:${port}`, 'endpoint', 'health']),
      }),
    ),
  );
  for (const server of servers) stack.use(server);
  const owned = stack.move();
  return {
    members: new Map(names.map((name, index) => [name, servers[index] as Server])),
    endpoints,
    open: () => places.map(({ port }) => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port } })),
    etcdctl,
    put: (key, value) => runEtcdTool('etcdctl', [`--endpoints=${endpoints}`, 'put', key], value),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
