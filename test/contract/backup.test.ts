import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openEtcd } from '../../src/adapters/etcd.ts';
import { openStore } from '../../src/adapters/store.ts';
import { listBackups } from '../../src/backup/catalog.ts';
import { type BackupDeps, type BackupRequest, runBackup } from '../../src/backup/run-backup.ts';
import { acceptForUpgrade } from '../../src/backup/verified.ts';
import type { Store } from '../../src/ports/store.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { runEtcdTool, startEtcd } from './support/etcd-server.ts';
import { type S3Server, startS3 } from './support/s3-server.ts';
import { freePort } from './support/server.ts';
import { temporaryDirectory } from './support/temporary.ts';

const CONFIG_MAPS = 300;

let api: ApiServer;
let s3: S3Server;

beforeAll(async () => {
  api = await startApiServer();
  s3 = await startS3(['backups']);
  for (let index = 0; index < CONFIG_MAPS; index++) {
    const data = { random: randomBytes(3000).toString('base64') };
    await api.send(
      'POST',
      '/api/v1/namespaces/default/configmaps',
      JSON.stringify({ metadata: { name: `c${index}` }, data }),
    );
  }
});

afterAll(async () => {
  await s3?.[Symbol.asyncDispose]();
  await api?.[Symbol.asyncDispose]();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function openBucket(server: S3Server): Store {
  for (const [name, value] of Object.entries(server.credentials)) vi.stubEnv(name, value);
  const config = { store: 's3://backups/team', endpoint: server.endpoint, pathStyle: true };
  return openStore(config, { random: (bytes) => randomBytes(bytes), env: {} });
}

async function depsOf(over: Partial<BackupDeps> & Pick<BackupDeps, 'store'>): Promise<BackupDeps> {
  return {
    kube: await api.kubeAs('admin'),
    openEtcd: async () => etcdAt(api.etcd.port),
    hosts: [
      {
        node: 'cp1',
        async *files() {
          yield Buffer.from('tar of cp1');
        },
      },
    ],
    clock: systemClock,
    log: recordedLog(),
    signal: new AbortController().signal,
    ...over,
  };
}

const etcdAt = (port: number) => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port } });

const request: BackupRequest = {
  id: '20261121T090507Z-3f9a',
  tool: 'kubestair 0.1.0',
  cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
  reason: 'upgrade',
  runId: 'run-1',
  recipients: [],
};

describe('a backup of a real API server and etcd to a real S3 server', () => {
  it('restores to an etcd that agrees with the export, object by object', async () => {
    const identity = await generateIdentity();
    const store = openBucket(s3);
    const deps = await depsOf({ store });
    const summary = await runBackup({ ...request, recipients: [await identityToRecipient(identity)] }, deps);
    const { manifest, prefix } = summary;
    // It lacks nothing but a proof against its own snapshot, which is what follows.
    expect(() => acceptForUpgrade(summary)).toThrow(
      expect.objectContaining({ code: 'BACKUP_UNPROVEN', message: expect.stringContaining('cross-proof') }),
    );
    expect(await listBackups('prod', 5, deps)).toEqual([summary]);

    async function open(path: string | undefined): Promise<Buffer> {
      const stored = await store.get(`${prefix}${path}`);
      if (stored === undefined) throw new Error(`there is no ${path}`);
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      return zstdDecompressSync(await decrypter.decrypt(await buffer(stored)));
    }

    const configMaps = manifest.resources.find((part) => part.resource === 'configmaps')?.part;
    const exported = (await open(configMaps?.path)).toString().split('\n').slice(0, -1);
    expect(exported.length).toBeGreaterThanOrEqual(CONFIG_MAPS);

    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'snapshot.db');
    const dataDirectory = join(directory.path, 'data');
    await writeFile(file, await open(manifest.etcd?.part.path));
    const peerPort = await freePort();
    const peer = `http://127.0.0.1:${peerPort}`;
    const member = ['--name=cp1', `--initial-cluster=cp1=${peer}`, `--initial-advertise-peer-urls=${peer}`];
    await runEtcdTool('etcdutl', ['snapshot', 'restore', file, `--data-dir=${dataDirectory}`, ...member]);

    await using restored = await startEtcd({ dataDirectory, peerPort });
    const { kvs } = JSON.parse(
      await runEtcdTool('etcdctl', [
        `--endpoints=http://127.0.0.1:${restored.port}`,
        'get',
        '--prefix',
        '/registry/configmaps/',
        `--rev=${manifest.resourceVersion}`,
        '--keys-only',
        '--write-out=json',
      ]),
    );
    const inSnapshot = kvs.map(({ key, mod_revision }: { key: string; mod_revision: number }) => [
      Buffer.from(key, 'base64').toString(),
      String(mod_revision),
    ]);
    const inExport = exported.map((line) => {
      const { metadata } = JSON.parse(line);
      return [`/registry/configmaps/${metadata.namespace}/${metadata.name}`, metadata.resourceVersion];
    });
    expect(inExport).toEqual(inSnapshot);
  });

  it('has no manifest and no parts when the snapshot is cut off in the middle', async () => {
    await using server = await startS3(['backups']);
    await using cutter = await cutAfter(400_000, api.etcd.port);
    const store = openBucket(server);
    const deps = await depsOf({ store, openEtcd: async () => etcdAt(cutter.port) });
    await expect(runBackup(request, deps)).rejects.toMatchObject({ code: 'SNAPSHOT_CUT' });
    expect(await Array.fromAsync(store.list(''))).toEqual([]);
  });

  it('fails when the store goes away after its probe', async () => {
    await using server = await startS3(['backups']);
    const log = recordedLog();
    const hosts = [
      {
        node: 'cp1',
        async *files(): AsyncGenerator<Uint8Array> {
          yield Buffer.from('tar');
          await server[Symbol.asyncDispose]();
        },
      },
    ];
    const deps = await depsOf({ store: openBucket(server), hosts, log });
    await expect(runBackup(request, deps)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(log.lines.join('\n')).toContain('are left in s3://backups/team/prod/20261121T090507Z-3f9a/');
  });
});

/** A way to a server that breaks after so many bytes from there. */
async function cutAfter(limit: number, port: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port });
    let bytes = 0;
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) near.destroy();
      else near.write(chunk);
    });
    near.on('error', () => {}).on('close', () => far.destroy());
    far.on('error', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { port: address.port, [Symbol.asyncDispose]: async () => void server.close() };
}
