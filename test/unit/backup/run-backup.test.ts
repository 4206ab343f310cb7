import { createHash, randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Proof } from '../../../src/backup/manifest.ts';
import { manifestSchema } from '../../../src/backup/manifest-schema.ts';
import { type BackupDeps, type BackupRequest, runBackup } from '../../../src/backup/run-backup.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Etcd } from '../../../src/ports/etcd.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { fakeKube } from './support/fake-kube.ts';
import { type MemoryStore, memoryStore } from './support/memory-store.ts';
import { jumpingClock, recordedLog } from './support/quiet.ts';

const PREFIX = 'prod/20261121T090507Z-3f9a/';
const namespaces = {
  group: '',
  version: 'v1',
  resource: 'namespaces',
  objects: ['{"metadata":{"name":"default"}}'],
};
const database = randomBytes(1024 * 1024);
const snapshot = Buffer.concat([database, createHash('sha256').update(database).digest()]);

const request: BackupRequest = {
  id: '20261121T090507Z-3f9a',
  tool: 'kubestair 0.1.0',
  cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
  reason: 'upgrade',
  runId: 'run-1',
  recipients: [],
};

function fakeEtcd(options: { readonly bytes?: Uint8Array; readonly revisions?: readonly bigint[] } = {}) {
  const { bytes = snapshot, revisions = [120n] } = options;
  const calls: string[] = [];
  const etcd: Etcd = {
    endpoint: 'cp1:2379',
    async members() {
      return [{ id: 'a1', name: 'cp1', peerUrls: [], clientUrls: [], learner: false }];
    },
    async status() {
      const asked = calls.filter((call) => call === 'status').length;
      calls.push('status');
      const revision = revisions[Math.min(asked, revisions.length - 1)] ?? 0n;
      return {
        memberId: 'a1',
        leaderId: 'a1',
        version: '3.6.8',
        revision,
        dbSizeBytes: 0,
        dbSizeInUseBytes: 0,
        dbSizeQuotaBytes: 0,
        learner: false,
        errors: [],
      };
    },
    alarms: async () => [],
    async *snapshot() {
      for (let at = 0; at < bytes.length; at += 32_768) yield bytes.subarray(at, at + 32_768);
    },
    async defragment() {},
    async compact() {},
    async disarm() {},
    async close() {
      calls.push('close');
    },
  };
  return { etcd, calls };
}

function deps(over: Partial<BackupDeps> = {}): BackupDeps {
  return {
    kube: fakeKube({ kinds: [namespaces], version: '100' }),
    store: memoryStore(),
    openEtcd: async () => fakeEtcd().etcd,
    hosts: [
      {
        node: 'cp1',
        async *files() {
          yield Buffer.from('tar of cp1');
        },
      },
    ],
    clock: jumpingClock(),
    log: recordedLog(),
    signal: new AbortController().signal,
    ...over,
  };
}

describe('runBackup', () => {
  it('writes the parts, then a manifest that describes every one of them', async () => {
    const store = memoryStore();
    const summary = await runBackup(request, deps({ store }));
    expect([...store.objects.keys()]).toEqual([
      `${PREFIX}resources/core/v1/namespaces.ndjson.zst`,
      `${PREFIX}etcd/snapshot.db.zst`,
      `${PREFIX}hosts/cp1.tar.zst`,
      `${PREFIX}manifest.json`,
    ]);
    const manifest = manifestSchema.parse(JSON.parse(String(store.objects.get(`${PREFIX}manifest.json`))));
    expect(summary).toEqual({ manifest, storeUrl: 'memory://store', prefix: PREFIX });
    expect(manifest).toMatchObject({
      ...request,
      format: 'kubestair.dev/backup/v1',
      startedAt: '2026-11-21T09:05:07.123Z',
      state: 'complete',
      resourceVersion: '100',
      etcd: {
        member: 'cp1',
        memberId: 'a1',
        etcdVersion: '3.6.8',
        revision: '120',
        trailerSha256: snapshot.subarray(-32).toString('hex'),
      },
      proofs: [{ kind: 'checksums', result: 'passed' }],
    });
    const parts = [manifest.resources[0]?.part, manifest.etcd?.part, manifest.hosts[0]?.part];
    for (const part of parts) {
      const stored = store.objects.get(PREFIX + part?.path) ?? Buffer.alloc(0);
      expect(part?.sealed).toEqual(digestOf(stored));
      expect(part?.plain).toEqual(digestOf(zstdDecompressSync(stored)));
    }
  });

  it('is proven out of what went into it, with the keys that it seals, and keeps what was found', async () => {
    const text =
      'kind: EncryptionConfiguration\nresources: [{ resources: [secrets], providers: [{ secretbox: { keys: [{ name: a, secret: c2VjcmV0 }] } }] }]\n';
    const seen: string[] = [];
    const failed: Proof = {
      kind: 'cross-proof',
      result: 'failed',
      at: 'now',
      detail: 'no',
      code: 'BACKUP_UNPROVEN',
    };
    const { manifest } = await runBackup(
      { ...request, plainKeys: true },
      deps({
        hosts: [
          {
            node: 'cp1',
            async *files() {
              yield Buffer.from('tar of cp1');
            },
            encryption: async () => ({ file: '/etc/kubernetes/enc.yaml', text }),
          },
        ],
        by: 'ops on cp1',
        witness: {
          async *resources({ resource }, ndjson) {
            let text = '';
            for await (const chunk of ndjson) {
              text += Buffer.from(chunk).toString();
              yield chunk;
            }
            seen.push(`${resource} ${text}`);
          },
          async *snapshot(bytes) {
            yield* bytes;
            seen.push('snapshot');
          },
        },
        prove: async ({ manifest: { resourceVersion }, encryption }) => {
          seen.push(`prove at ${resourceVersion} with ${encryption?.file}`);
          return [failed];
        },
      }),
    );
    expect(seen.toSorted()).toEqual([
      `namespaces ${namespaces.objects[0]}\n`,
      'prove at 100 with /etc/kubernetes/enc.yaml',
      'snapshot',
    ]);
    expect(seen.at(-1)).toMatch(/^prove/);
    expect(manifest.proofs).toMatchObject([
      { kind: 'checksums', result: 'passed', by: 'ops on cp1', objects: 4 },
      failed,
    ]);
  });

  it('takes no snapshot older than the export', async () => {
    const { etcd, calls } = fakeEtcd({ revisions: [90n, 99n, 100n] });
    const { manifest } = await runBackup(request, deps({ openEtcd: async () => etcd }));
    expect(manifest.etcd?.revision).toBe('100');
    expect(calls).toEqual(['status', 'status', 'status', 'close']);
  });

  it('refuses a member that does not catch up', async () => {
    const { etcd, calls } = fakeEtcd({ revisions: [90n] });
    await expect(runBackup(request, deps({ openEtcd: async () => etcd }))).rejects.toMatchObject({
      code: 'ETCD_UNHEALTHY',
      object: 'cp1:2379',
    });
    expect(calls.at(-1)).toBe('close');
  });

  it('takes the snapshot of another member when one breaks off', async () => {
    const broken = fakeEtcd({ bytes: snapshot.subarray(0, 700_000) });
    const healthy = fakeEtcd();
    const members = [broken, healthy];
    const log = recordedLog();
    const openEtcd = async (): Promise<Etcd> => (members.shift() ?? healthy).etcd;
    const { manifest } = await runBackup(request, deps({ openEtcd, log }));
    expect(manifest.etcd?.part.plain).toEqual(digestOf(snapshot));
    expect(broken.calls.at(-1)).toBe('close');
    expect(log.lines.join('\n')).toContain('looking for a healthy member again');
  });

  it('is without a snapshot where there is no access to etcd', async () => {
    const { openEtcd: _none, ...without } = deps();
    const { manifest } = await runBackup(request, without);
    expect(manifest.etcd).toBeUndefined();
    expect(manifest.state).toBe('complete');
  });

  it('keeps what could be had when a kind cannot be exported, and says that it is partial', async () => {
    const kube = fakeKube({
      kinds: [namespaces, { group: '', version: 'v1', resource: 'secrets', objects: [] }],
      intercept: ({ pathname }) => {
        if (pathname.endsWith('/secrets')) throw new KubeStatusError(403, 'Forbidden', 'no');
        return undefined;
      },
    });
    const { manifest } = await runBackup(request, deps({ kube }));
    expect(manifest.state).toBe('partial');
    expect(manifest.resources.map(({ resource, part }) => [resource, part !== undefined])).toEqual([
      ['namespaces', true],
      ['secrets', false],
    ]);
  });

  describe('of a cluster that is encrypted at rest', () => {
    const secret = 'bm90LWEtcmVhbC1rZXktYnV0LTMyLWJ5dGVzLWxvbmc=';
    const text = `kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc: {keys: [{name: k1, secret: ${secret}}]}\n  - identity: {}\n`;
    const hostWith = (configuration: string): BackupDeps['hosts'] => [
      {
        node: 'cp1',
        async *files() {
          yield Buffer.from('tar of cp1');
        },
        encryption: async () => ({ file: '/etc/kubernetes/enc/enc.yaml', text: configuration }),
      },
    ];
    const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

    it('seals the keys into a part of their own and masks them', async () => {
      const store = memoryStore();
      const masked: string[] = [];
      const log = { ...recordedLog(), mask: (value: string) => void masked.push(value) };
      const { manifest } = await runBackup(
        { ...request, recipients: [recipient] },
        deps({ store, log, hosts: hostWith(text) }),
      );
      expect(manifest.encryption).toMatchObject([
        { node: 'cp1', file: '/etc/kubernetes/enc/enc.yaml', providers: ['aescbc', 'identity'] },
      ]);
      expect(manifest.encryption?.[0]?.part.path).toBe('keys/cp1.yaml.zst.age');
      expect(store.objects.has(`${PREFIX}keys/cp1.yaml.zst.age`)).toBe(true);
      expect(manifestSchema.parse(manifest)).toEqual(manifest);
      expect(masked).toEqual([secret]);
    });

    it('refuses to write the keys in plain text before it writes anything', async () => {
      const store = memoryStore();
      const kube = fakeKube({ kinds: [namespaces] });
      const running = runBackup(request, deps({ store, kube, hosts: hostWith(text) }));
      await expect(running).rejects.toMatchObject({ code: 'KEYS_UNSEALED', object: 'Node/cp1' });
      expect(kube.paths).toEqual([]);
      expect(store.objects.size).toBe(0);
    });

    it('writes them in plain text where the file says so', async () => {
      const store = memoryStore();
      await runBackup({ ...request, plainKeys: true }, deps({ store, hosts: hostWith(text) }));
      const stored = store.objects.get(`${PREFIX}keys/cp1.yaml.zst`) ?? Buffer.alloc(0);
      expect(String(zstdDecompressSync(stored))).toBe(text);
    });

    it('has nothing to hide where a KMS keeps the keys', async () => {
      const kms =
        'resources:\n- resources: [secrets]\n  providers:\n  - kms: {apiVersion: v2, name: vault, endpoint: unix:///k}\n';
      const { manifest } = await runBackup(request, deps({ hosts: hostWith(kms) }));
      expect(manifest.encryption?.[0]?.providers).toEqual(['kms']);
    });

    it.each(['', '{', 'resources: 1'])(
      'fails on a configuration that nobody understands: %j',
      async (broken) => {
        const running = runBackup(request, deps({ hosts: hostWith(broken) }));
        await expect(running).rejects.toMatchObject({ code: 'ENCRYPTION_UNREADABLE' });
      },
    );
  });

  it.each([
    ['is cut off', snapshot.subarray(0, 700_000), 'SNAPSHOT_CUT'],
    ['is damaged', Buffer.concat([randomBytes(512), snapshot.subarray(512)]), 'SNAPSHOT_HASH'],
  ])('leaves nothing behind when the snapshot %s', async (_how, bytes, code) => {
    const store = memoryStore();
    const openEtcd = async (): Promise<Etcd> => fakeEtcd({ bytes }).etcd;
    await expect(runBackup(request, deps({ store, openEtcd }))).rejects.toMatchObject({ code });
    expect([...store.objects.keys()]).toEqual([]);
  });

  it('leaves nothing behind when a host fails', async () => {
    const store = memoryStore();
    const failure = new KubestairError('HOST_COMMAND', 'tar failed');
    const hosts = [
      {
        node: 'cp1',
        async *files(): AsyncGenerator<Uint8Array> {
          yield Buffer.from('half');
          throw failure;
        },
      },
    ];
    await expect(runBackup(request, deps({ store, hosts }))).rejects.toBe(failure);
    expect([...store.objects.keys()]).toEqual([]);
  });

  it('touches nothing when the probe is refused', async () => {
    const kube = fakeKube({ kinds: [namespaces] });
    const store = memoryStore((key) => {
      if (key.endsWith('probe')) throw new KubestairError('STORE_REFUSED', 'no writes');
    });
    await expect(runBackup(request, deps({ kube, store }))).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    expect(kube.paths).toEqual([]);
  });

  it.each(['STORE_REFUSED', 'STORE_FAILED'] as const)(
    'fails when the store says %s after the probe',
    async (code) => {
      const store = memoryStore((key) => {
        if (key.includes('/etcd/')) throw new KubestairError(code, 'not any more');
      });
      await expect(runBackup(request, deps({ store }))).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: 'not any more',
      });
      expect([...store.objects.keys()]).toEqual([]);
    },
  );

  it('finds out when the store gives back something else, or nothing', async () => {
    for (const read of [Buffer.from('other'), undefined]) {
      const store = memoryStore();
      const lying: MemoryStore = {
        ...store,
        async get(key, signal) {
          if (key.includes('/etcd/')) return read && arrayStream(read);
          return await store.get(key, signal);
        },
      };
      await expect(runBackup(request, deps({ store: lying }))).rejects.toMatchObject({
        code: 'STORE_CORRUPT',
        object: `memory://store/${PREFIX}etcd/snapshot.db.zst`,
      });
      expect([...store.objects.keys()]).toEqual([]);
    }
  });

  it('never replaces a manifest, nor deletes the backup it met', async () => {
    const store = memoryStore();
    store.objects.set(`${PREFIX}manifest.json`, Buffer.from('{}'));
    await expect(runBackup(request, deps({ store }))).rejects.toMatchObject({ code: 'BACKUP_EXISTS' });
    expect(String(store.objects.get(`${PREFIX}manifest.json`))).toBe('{}');
    expect(store.objects.size).toBe(4);
  });

  it('deletes a manifest whose write failed half-way before its parts', async () => {
    const store = memoryStore();
    const unsure: MemoryStore = {
      ...store,
      async put(key, body, options) {
        await store.put(key, body, options);
        if (key.endsWith('manifest.json')) throw new KubestairError('STORE_FAILED', 'no answer');
      },
    };
    await expect(runBackup(request, deps({ store: unsure }))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect([...store.objects.keys()]).toEqual([]);
  });

  it('keeps the parts when the manifest cannot be deleted', async () => {
    const store = memoryStore();
    const stuck: MemoryStore = {
      ...store,
      async put(key, body, options) {
        await store.put(key, body, options);
        if (key.endsWith('manifest.json')) throw new KubestairError('STORE_FAILED', 'no answer');
      },
      async delete() {
        throw new KubestairError('STORE_FAILED', 'no answer');
      },
    };
    const log = recordedLog();
    await expect(runBackup(request, deps({ store: stuck, log }))).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(store.objects.size).toBe(4);
    expect(log.lines.join('\n')).toContain('are left in memory://store/prod/20261121T090507Z-3f9a/');
  });

  it('deletes what it wrote when it is interrupted', async () => {
    const controller = new AbortController();
    const stop = new KubestairError('INTERRUPTED', 'stopped');
    const store = memoryStore();
    const hosts = [
      {
        node: 'cp1',
        async *files(): AsyncGenerator<Uint8Array> {
          yield Buffer.from('half');
          controller.abort(stop);
        },
      },
    ];
    await expect(runBackup(request, deps({ store, hosts, signal: controller.signal }))).rejects.toBe(stop);
    expect([...store.objects.keys()]).toEqual([]);
  });

  it('names the API server when that refuses everything', async () => {
    const kube = fakeKube({
      kinds: [namespaces],
      intercept: () => {
        throw new KubeStatusError(403, 'Forbidden', 'User "nobody" cannot get path "/api"');
      },
    });
    await expect(runBackup(request, deps({ kube }))).rejects.toMatchObject({
      code: 'KUBE_REQUEST',
      object: 'fake:6443',
      message: 'User "nobody" cannot get path "/api"',
    });
  });
});

async function* arrayStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function digestOf(bytes: Uint8Array) {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
