import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { etcdBinary } from './binaries.ts';
import type { Certificates } from './certificates.ts';
import { freePort, startServer } from './server.ts';
import { temporaryDirectory } from './temporary.ts';

export interface EtcdServer extends AsyncDisposable {
  readonly port: number;
  /** Kills it without a chance to say goodbye. */
  kill(): void;
}

export interface EtcdServerOptions {
  readonly certificates?: Certificates;
  /** Default a directory of its own; a restored one starts a member on restored data. */
  readonly dataDirectory?: string;
  readonly peerPort?: number;
  /** Besides those that it needs. */
  readonly flags?: readonly string[];
}

/** A real etcd with one member named `cp1`. */
export async function startEtcd({
  certificates,
  dataDirectory,
  peerPort,
  flags = [],
}: EtcdServerOptions = {}): Promise<EtcdServer> {
  await using stack = new AsyncDisposableStack();
  const own = stack.use(await temporaryDirectory());
  const port = await freePort();
  const peer = `http://127.0.0.1:${peerPort ?? (await freePort())}`;
  const client = `${certificates ? 'https' : 'http'}://127.0.0.1:${port}`;
  const server = stack.use(
    await startServer({
      command: await etcdBinary('etcd'),
      args: [
        '--name=cp1',
        `--data-dir=${dataDirectory ?? join(own.path, 'data')}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=cp1=${peer}`,
        '--log-level=error',
        '--unsafe-no-fsync',
        ...(certificates ? tlsFlags(certificates) : []),
        ...flags,
      ],
      ready: () => reach(port),
    }),
  );
  const owned = stack.move();
  return { port, kill: server.kill, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function tlsFlags({ files }: Certificates): readonly string[] {
  return [
    '--client-cert-auth',
    `--trusted-ca-file=${files.ca}`,
    `--cert-file=${files.serverCert}`,
    `--key-file=${files.serverKey}`,
  ];
}

/**
 * Runs etcdctl against a server without TLS, or etcdutl, and returns what it printed.
 * @param input For standard input: `put` takes a value from there that is too long for an argument.
 */
export async function runEtcdTool(
  name: 'etcdctl' | 'etcdutl',
  args: readonly string[],
  input = '',
): Promise<string> {
  const running = promisify(execFile)(await etcdBinary(name), args, { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

async function reach(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject)).finally(
    () => socket.destroy(),
  );
}
