import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEtcd } from '../../src/adapters/etcd.ts';
import { SnapshotResponseSchema } from '../../src/adapters/etcd-rpc_pb.ts';
import { checkSnapshot } from '../../src/backup/snapshot-trailer.ts';
import type { Etcd } from '../../src/ports/etcd.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { type EtcdServer, runEtcdTool, startEtcd } from './support/etcd-server.ts';
import { freePort } from './support/server.ts';
import { type TemporaryDirectory, temporaryDirectory } from './support/temporary.ts';

let temporary: TemporaryDirectory;
let certificates: Certificates;
let plain: EtcdServer;
let secured: EtcdServer;
let opened: Etcd[] = [];

beforeAll(async () => {
  temporary = await temporaryDirectory();
  // As kubeadm makes them: node name, localhost and addresses (pkiutil.GetEtcdAltNames).
  certificates = await makeCertificates(temporary.path, ['DNS:cp1', 'DNS:localhost', 'IP:127.0.0.1']);
  plain = await startEtcd();
  secured = await startEtcd({ certificates });
});

afterEach(async () => {
  for (const etcd of opened) await etcd.close();
  opened = [];
});

afterAll(async () => {
  await plain?.[Symbol.asyncDispose]();
  await secured?.[Symbol.asyncDispose]();
  await temporary?.[Symbol.asyncDispose]();
});

function open(options: Parameters<typeof openEtcd>[0]): Etcd {
  const etcd = openEtcd(options);
  opened.push(etcd);
  return etcd;
}

const loopback = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port }) as const;
const etcdctl = (...args: readonly string[]): Promise<string> =>
  runEtcdTool('etcdctl', [`--endpoints=http://127.0.0.1:${plain.port}`, ...args]);

/** What an SSH tunnel looks like from here: a Unix socket that leads to the member. */
async function tunnelTo(port: number): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = join(temporary.path, `tunnel-${port}-${opened.length}`);
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  }).listen(path);
  await once(server, 'listening');
  return { path, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('openEtcd on a real member', () => {
  it('tells who its members are, how it does, and what is wrong', async () => {
    const etcd = open({ address: loopback(plain.port) });
    const [member] = await etcd.members();
    const status = await etcd.status();
    expect(member).toEqual({
      id: status.memberId,
      name: 'cp1',
      peerUrls: [expect.stringMatching(/^http:\/\/127\.0\.0\.1:/)],
      clientUrls: [`http://127.0.0.1:${plain.port}`],
      learner: false,
    });
    expect(status).toMatchObject({ leaderId: status.memberId, version: '3.6.8', learner: false, errors: [] });
    expect(status.dbSizeBytes).toBeGreaterThanOrEqual(status.dbSizeInUseBytes);
    expect(await etcd.alarms()).toEqual([]);
    expect(etcd.endpoint).toBe(`127.0.0.1:${plain.port}`);
  });

  it('agrees with etcdctl', async () => {
    await etcdctl('put', 'key', 'value');
    const [listed] = JSON.parse(await etcdctl('endpoint', 'status', '-w', 'json'));
    const status = await open({ address: loopback(plain.port) }).status();
    expect(status.revision).toBe(BigInt(listed.Status.header.revision));
    expect(await etcdctl('member', 'list')).toMatch(new RegExp(`^${status.memberId}, started, cp1,`));
    expect(status.dbSizeBytes).toBe(listed.Status.dbSize);
  });

  it('streams a snapshot that etcdutl restores, with every key', async () => {
    for (let index = 0; index < 50; index++) await etcdctl('put', `/registry/${index}`, 'x'.repeat(20_000));
    const file = join(temporary.path, 'snapshot.db');
    const snapshot = checkSnapshot(open({ address: loopback(plain.port) }).snapshot(), 'cp1');
    await pipeline(Readable.from(snapshot.bytes), createWriteStream(file));
    expect((await readFile(file)).subarray(-32).toString('hex')).toBe(snapshot.trailerSha256());

    const dataDirectory = join(temporary.path, 'restored');
    const peerPort = await freePort();
    const peer = `http://127.0.0.1:${peerPort}`;
    await runEtcdTool('etcdutl', [
      'snapshot',
      'restore',
      file,
      `--data-dir=${dataDirectory}`,
      '--name=cp1',
      `--initial-cluster=cp1=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
    ]);
    await using restored = await startEtcd({ dataDirectory, peerPort });
    const keys = ['get', '--prefix', '/registry/', '--keys-only'];
    const endpoint = `--endpoints=http://127.0.0.1:${restored.port}`;
    expect(await runEtcdTool('etcdctl', [endpoint, ...keys])).toBe(await etcdctl(...keys));
  });

  it('says which member does not answer', async () => {
    const port = await freePort();
    const etcd = open({ address: loopback(port) });
    await expect(etcd.status()).rejects.toMatchObject({
      code: 'ETCD_UNHEALTHY',
      object: `127.0.0.1:${port}`,
    });
    await expect(buffer(etcd.snapshot())).rejects.toMatchObject({ code: 'ETCD_UNHEALTHY' });
  });

  it('ends a call and a snapshot with the reason of the signal', async () => {
    const etcd = open({ address: loopback(plain.port) });
    const stop = new Error('stopped');
    await expect(etcd.members(AbortSignal.abort(stop))).rejects.toBe(stop);
    const controller = new AbortController();
    async function read(): Promise<void> {
      for await (const _chunk of etcd.snapshot(controller.signal)) controller.abort(stop);
    }
    await expect(read()).rejects.toBe(stop);
    // The connection is still good for other calls.
    expect(await etcd.members()).toHaveLength(1);
  });
});

describe('openEtcd over TLS', () => {
  it('shows its client certificate and verifies the member, directly and through a tunnel', async () => {
    const tls = certificates.client;
    expect(await open({ address: loopback(secured.port), tls }).members()).toHaveLength(1);
    await using tunnel = await tunnelTo(secured.port);
    for (const serverName of ['cp1', 'localhost', '127.0.0.1']) {
      const etcd = open({ address: { kind: 'socket', path: tunnel.path, serverName, port: 2379 }, tls });
      expect(etcd.endpoint).toBe(`${serverName}:2379`);
      expect(await etcd.members()).toHaveLength(1);
      expect(await buffer(checkSnapshot(etcd.snapshot(), 'cp1').bytes)).not.toHaveLength(0);
    }
  });

  it('refuses a member that is somebody else', async () => {
    await using tunnel = await tunnelTo(secured.port);
    const address = { kind: 'socket', path: tunnel.path, serverName: 'cp2', port: 2379 } as const;
    await expect(open({ address, tls: certificates.client }).status()).rejects.toMatchObject({
      code: 'ETCD_UNHEALTHY',
      message: expect.stringContaining("cp2. is not in the cert's altnames"),
    });
  });

  it('refuses a member of another authority', async () => {
    await using other = await temporaryDirectory();
    const { client } = await makeCertificates(other.path, ['DNS:cp1']);
    const tls = { ...certificates.client, ca: client.ca };
    await expect(open({ address: loopback(secured.port), tls }).status()).rejects.toMatchObject({
      code: 'ETCD_UNHEALTHY',
      message: expect.stringMatching(/certificate|self.signed/i),
    });
  });
});

/** A member that answers Snapshot as the test wants: real ones do not fail on demand. */
describe('a snapshot that goes wrong', () => {
  let server: Http2Server | undefined;

  afterEach(() => {
    server?.close();
  });

  async function faulty(
    answer: (stream: ServerHttp2Stream) => void,
    stallMilliseconds = 30_000,
  ): Promise<Etcd> {
    server = createHttp2Server().listen(0, '127.0.0.1');
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      answer(stream);
    });
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    return open({ address: loopback(address.port), stallMilliseconds });
  }

  function respond(
    stream: ServerHttp2Stream,
    trailers: Record<string, string> = { 'grpc-status': '0' },
  ): void {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  }

  function frame(remaining: number, blob: Uint8Array): Buffer {
    const message = toBinary(
      SnapshotResponseSchema,
      create(SnapshotResponseSchema, { remainingBytes: BigInt(remaining), blob }),
    );
    const header = Buffer.alloc(5);
    header.writeUInt32BE(message.length, 1);
    return Buffer.concat([header, message]);
  }

  const blob = Buffer.alloc(32_768, 7);

  it('is whole when everything announced has come', async () => {
    const etcd = await faulty((stream) => {
      respond(stream);
      stream.write(frame(32_768, blob));
      stream.write(frame(0, blob));
      stream.end(frame(0, Buffer.alloc(32)));
    });
    expect(await buffer(etcd.snapshot())).toHaveLength(2 * 32_768 + 32);
  });

  it.each<[string, (stream: ServerHttp2Stream) => void]>([
    [
      'that it ended well too early',
      (stream) => {
        respond(stream);
        stream.end(frame(1_000_000, blob));
      },
    ],
    [
      'that it failed in the middle',
      (stream) => {
        respond(stream, { 'grpc-status': '13', 'grpc-message': 'disk%20error' });
        stream.end(frame(1_000_000, blob));
      },
    ],
    [
      'nothing more, since the connection broke',
      (stream) => {
        respond(stream);
        stream.write(frame(1_000_000, blob), () => stream.session?.destroy());
      },
    ],
    [
      'half of a message',
      (stream) => {
        respond(stream);
        stream.end(frame(32, blob).subarray(0, 1000));
      },
    ],
  ])('is cut when the member says %s', async (_what, answer) => {
    const etcd = await faulty(answer);
    await expect(buffer(etcd.snapshot())).rejects.toMatchObject({
      code: 'SNAPSHOT_CUT',
      object: etcd.endpoint,
    });
  });

  it('is cut when the bytes stop while messages go on', async () => {
    const etcd = await faulty((stream) => {
      respond(stream);
      stream.write(frame(1_000_000, blob));
      const timer = setInterval(() => stream.write(frame(1_000_000, Buffer.alloc(0))), 20);
      stream.on('close', () => clearInterval(timer));
    }, 300);
    await expect(buffer(etcd.snapshot())).rejects.toMatchObject({
      code: 'SNAPSHOT_CUT',
      message: 'the etcd snapshot ended after 32768 of 1032800 bytes: nothing arrived for 0.3 s',
    });
  });

  it('waits for a slow reader as long as it takes', async () => {
    const etcd = await faulty((stream) => {
      respond(stream);
      stream.write(frame(32_768, blob));
      stream.write(frame(0, blob));
      stream.end(frame(0, Buffer.alloc(32)));
    }, 100);
    let bytes = 0;
    for await (const chunk of etcd.snapshot()) {
      bytes += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(bytes).toBe(2 * 32_768 + 32);
  });

  it('is refused by a member that has none to give', async () => {
    const etcd = await faulty((stream) => {
      const refusal = { 'grpc-status': '14', 'grpc-message': 'etcdserver: not capable' };
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refusal }, { endStream: true });
    });
    await expect(buffer(etcd.snapshot())).rejects.toMatchObject({
      code: 'ETCD_UNHEALTHY',
      message: 'the etcd member gives no snapshot: etcdserver: not capable',
    });
  });
});

describe('a real member that dies', () => {
  it('cuts the snapshot, which then does not pass', async () => {
    await using server = await startEtcd();
    const endpoint = `--endpoints=http://127.0.0.1:${server.port}`;
    // More than fits into the window, or all of it may be on its way already.
    for (let index = 0; index < 30; index++) {
      await runEtcdTool('etcdctl', [endpoint, 'put', `k${index}`], 'x'.repeat(1_400_000));
    }
    const etcd = open({ address: loopback(server.port) });
    async function readAndKill(): Promise<void> {
      for await (const _chunk of etcd.snapshot()) {
        server.kill();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await expect(readAndKill()).rejects.toMatchObject({ code: 'SNAPSHOT_CUT' });
  });
});
