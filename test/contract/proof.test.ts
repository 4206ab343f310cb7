import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openEtcd } from '../../src/adapters/etcd.ts';
import { openIndexSpool } from '../../src/adapters/index-spool.ts';
import { measure } from '../../src/backup/digest.ts';
import type { Manifest, Proof } from '../../src/backup/manifest.ts';
import { openPartStore } from '../../src/backup/parts.ts';
import { type BackupDeps, type BackupRequest, runBackup } from '../../src/backup/run-backup.ts';
import { type BackupSource, openPart } from '../../src/backup/unseal.ts';
import type { BackupWitness } from '../../src/backup/witness.ts';
import type { Store } from '../../src/ports/store.ts';
import { apiServerSettings } from '../../src/proof/api-server-flags.ts';
import { prove, type Subject, type Wanted } from '../../src/proof/prove.ts';
import type { Scratch } from '../../src/proof/scratch.ts';
import { storedIndex } from '../../src/proof/stored.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { memoryStore } from '../unit/backup/support/memory-store.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { runEtcdTool } from './support/etcd-server.ts';
import { testScratch } from './support/scratch.ts';
import { temporaryDirectory } from './support/temporary.ts';

const CONFIG_MAPS = 700;
const VERSION = 'v1.36.3';
const signal = new AbortController().signal;

const request: Omit<BackupRequest, 'id'> = {
  tool: 'kubestair 0.1.0',
  cluster: { name: 'prod', uid: '0b5c', version: VERSION },
  reason: 'backup',
  runId: 'run-1',
  recipients: [],
  apiServer: apiServerSettings((name) => (name === 'service-cluster-ip-range' ? '10.96.0.0/16' : undefined)),
};

/** A backup and where it is. */
interface Taken {
  readonly manifest: Manifest;
  readonly source: BackupSource;
}

let api: ApiServer;
let taken: Taken;
let backups = 0;

beforeAll(async () => {
  api = await startApiServer();
  await fill(api);
  taken = await backUp(api);
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

async function backUp(server: ApiServer, witness?: BackupWitness): Promise<Taken> {
  backups += 1;
  const store = memoryStore();
  const deps = { ...(await depsOf(server, store)), witness };
  const { manifest, prefix } = await runBackup({ ...request, id: `backup-${backups}` }, deps);
  return { manifest, source: { store, prefix, identities: [] } };
}

async function depsOf(server: ApiServer, into: Store): Promise<BackupDeps> {
  return {
    kube: await server.kubeAs('admin'),
    store: into,
    openEtcd: async () => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port: server.etcd.port } }),
    hosts: [],
    clock: systemClock,
    log: recordedLog(),
    signal,
  };
}

async function fill(server: ApiServer): Promise<void> {
  const post = (path: string, object: object) => server.send('POST', path, JSON.stringify(object));
  await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', counters('None'));
  await pLimit(8).map(Array.from({ length: CONFIG_MAPS }).keys(), (index) =>
    post('/api/v1/namespaces/default/configmaps', {
      metadata: { name: `c${index}` },
      data: { random: randomBytes(200).toString('base64') },
    }),
  );
  await post('/api/v1/namespaces/default/secrets', {
    metadata: { name: 's1' },
    stringData: { password: 'x' },
  });
  await post('/apis/batch/v1/namespaces/default/cronjobs', {
    metadata: { name: 'nightly' },
    spec: {
      schedule: '0 1 * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
      },
    },
  });
  await post('/apis/contract.example.com/v1/namespaces/default/counters', {
    apiVersion: 'contract.example.com/v1',
    kind: 'Counter',
    metadata: { name: 'one' },
    spec: { count: 1 },
  });
}

interface More {
  readonly encryption?: Subject['encryption'];
  readonly damage?: (bytes: Buffer) => Buffer;
}

/** Makes proofs of a stored backup on a scratch machine of its own. */
async function proofsOf(subject: Taken, wanted: Wanted, more: More = {}): Promise<readonly Proof[]> {
  await using scratch = await testScratch();
  return await proofsOn(scratch, subject, wanted, more);
}

async function proofsOn(
  scratch: Scratch,
  { manifest, source }: Taken,
  wanted: Wanted,
  { encryption, damage = (bytes) => bytes }: More = {},
): Promise<readonly Proof[]> {
  if (manifest.etcd === undefined) throw new Error('no snapshot');
  const snapshot = damage(await buffer(openPart(manifest.etcd.part, source, signal)));
  await scratch.receive(inPieces(snapshot), signal);
  return await prove({ manifest, index: storedIndex(manifest, source), encryption }, wanted, {
    scratch,
    by: 'test',
    clock: systemClock,
    log: recordedLog(),
    signal,
  });
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 32_768) yield bytes.subarray(at, at + 32_768);
}

/** The backup with other lines in a part than were exported, and a manifest that is right about them. */
async function withLines(
  resource: string,
  change: (lines: readonly string[]) => readonly string[],
): Promise<Taken> {
  const { manifest, source } = taken;
  const found = manifest.resources.find((each) => each.resource === resource);
  if (found?.part === undefined) throw new Error(`no ${resource}`);
  const text = (await buffer(openPart(found.part, source, signal))).toString();
  const lines = change(text.split('\n').slice(0, -1));
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const parts = openPartStore(source.store, source.prefix, []);
  const part = await parts.write(`changed/${resource}`, measure(inPieces(bytes)), signal);
  const changed = { ...found, part, objects: lines.length };
  const resources = manifest.resources.map((each) => (each === found ? changed : each));
  return { manifest: { ...manifest, resources }, source };
}

describe('proofs of a backup of a real API server and etcd', { timeout: 180_000 }, () => {
  it('pass when they are made from what went into the backup, while it was taken', async () => {
    await using scratch = await testScratch();
    await using temporary = await temporaryDirectory();
    const spool = await openIndexSpool(temporary.path);
    const witness = openWitness({ tap: spool.tap, receive: scratch.receive, signal });
    const { manifest } = await backUp(api, witness);
    await witness.received();
    const proofs = await prove(
      { manifest, index: spool },
      { drill: true, rehearse: VERSION },
      { scratch, by: 'test', clock: systemClock, log: recordedLog(), signal },
    );
    expect(proofs.map(summaryOf)).toEqual([
      ['cross-proof', 'passed'],
      ['drill', 'passed'],
      ['rehearsal', 'passed'],
    ]);
    const all = manifest.resources.reduce((sum, part) => sum + part.objects, 0);
    for (const { objects = 0 } of proofs) expect(objects).toBeGreaterThan(all - 20);
    const reasons = new Set(proofs[0]?.exceptions?.map(({ what }) => what));
    // Written by the API server's first compaction, five minutes after its start.
    reasons.delete('keys outside /registry/');
    expect([...reasons].toSorted()).toEqual([
      'componentstatuses',
      'events',
      'events.events.k8s.io',
      'keys below peerserverleases/',
      'keys below ranges/',
    ]);
  });

  it('fail by name for objects that the export lacks, has too many, or has in another version', async () => {
    const changed = await withLines('configmaps', (lines) =>
      lines
        .filter((line) => !line.includes('"name":"c17"'))
        .flatMap((line) =>
          line.includes('"name":"c5"') ? [line, line.replace('"c5"', '"c5-copy"')] : [line],
        )
        .map((line) => line.replace(/("name":"c33",.*"resourceVersion":")(\d+)/, '$11')),
    );
    const [proof] = await proofsOf(changed, { drill: false });
    expect(proof).toMatchObject({ result: 'failed', code: 'BACKUP_UNPROVEN', differences: 3 });
    expect(proof?.examples).toEqual([
      { object: 'configmaps default/c17', finding: 'is in etcd, but not in the export' },
      {
        object: 'configmaps default/c33',
        finding: expect.stringContaining('resourceVersion 1 in the export'),
      },
      { object: 'configmaps default/c5-copy', finding: 'is in the export, but not in etcd' },
    ]);
  });

  it('find an object whose contents alone are others', async () => {
    const changed = await withLines('secrets', (lines) =>
      lines.map((line) => line.replace('"password":"eA=="', '"password":"eQ=="')),
    );
    const [cross, drilled] = await proofsOf(changed, { drill: true });
    expect(cross?.result).toBe('passed');
    expect(drilled).toMatchObject({ result: 'failed', differences: 1 });
    expect(drilled?.examples?.[0]?.object).toBe('secrets default/s1');
  });

  it('find a snapshot that was damaged or cut off on its way', async () => {
    for (const damage of [flipped, (bytes: Buffer) => bytes.subarray(0, -4096)]) {
      const [proof] = await proofsOf(taken, { drill: false }, { damage });
      expect(proof).toMatchObject({ kind: 'cross-proof', result: 'failed', code: 'SNAPSHOT_HASH' });
    }
  });

  it('say so when etcd has forgotten the revision of the export', async () => {
    await using server = await startApiServer();
    const endpoint = `--endpoints=http://127.0.0.1:${server.etcd.port}`;
    const { resourceVersion } = (await backUp(server)).manifest;
    await runEtcdTool('etcdctl', [endpoint, 'put', '/elsewhere', 'x']);
    await runEtcdTool('etcdctl', [endpoint, 'compact', String(BigInt(resourceVersion) + 1n)]);
    const { manifest, source } = await backUp(server);
    const stale = { manifest: { ...manifest, resourceVersion }, source };
    const [proof] = await proofsOf(stale, { drill: false });
    expect(proof).toMatchObject({ result: 'failed', code: 'REVISION_COMPACTED' });
  });

  it('call no webhook of the cluster, and read custom kinds that need one as they are stored', async () => {
    const server = await startApiServer();
    let calls = 0;
    const hook = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const { port } = hook.address() as { port: number };
    await fill(server);
    const definition =
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/counters.contract.example.com';
    const { spec, ...rest } = JSON.parse(await server.send('GET', definition));
    // The preferred version comes out of the webhook only for objects that are stored in the other one: here none is.
    const hooked = counters('Webhook', `https://127.0.0.1:${port}/convert`) as { spec: object };
    await server.send('PUT', definition, JSON.stringify({ ...rest, spec: { ...spec, ...hooked.spec } }));
    await server.send(
      'POST',
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
      JSON.stringify(refusing(port)),
    );
    const before = await backUp(server);
    await storeEither(server, definition);
    const after = await backUp(server);
    // Its own API server calls the webhook, as it should.
    await server[Symbol.asyncDispose]();
    calls = 0;
    const proofs = await proofsOf(before, { drill: true, rehearse: VERSION });
    expect(proofs.map(summaryOf)).toEqual([
      ['cross-proof', 'passed'],
      ['drill', 'passed'],
      ['rehearsal', 'passed'],
    ]);
    const [, drilled, rehearsed] = await proofsOf(after, { drill: true, rehearse: VERSION });
    for (const proof of [drilled, rehearsed]) {
      expect(proof?.result).toBe('passed');
      expect(proof?.exceptions?.find(({ what }) => what === 'counters.contract.example.com')).toMatchObject({
        count: 1,
        reason: expect.stringContaining('conversion webhook, which is not called'),
      });
    }
    hook.close();
    expect(calls).toBe(0);
  });

  it('rehearse what is gone in the next version, and name the objects', async () => {
    // The same API server stands for a later one that has no CronJobs any more.
    await using scratch = await testScratch();
    const later = withTargetFlag(scratch, '--runtime-config=batch/v1=false');
    const [, , rehearsed] = await proofsOn(later, taken, { drill: true, rehearse: VERSION });
    expect(rehearsed).toMatchObject({ result: 'failed', code: 'REHEARSAL_FAILED' });
    expect(rehearsed?.examples).toContainEqual({
      object: 'cronjobs.batch default/nightly',
      finding: 'has no API any more: batch/v1 is gone',
    });
  });

  it('rehearse an API server that does not start with the flags of today', async () => {
    await using scratch = await testScratch();
    const later = withTargetFlag(scratch, '--feature-gates=GoneForGood=true');
    const [, , rehearsed] = await proofsOn(later, taken, { drill: true, rehearse: VERSION });
    expect(rehearsed).toMatchObject({
      result: 'failed',
      code: 'REHEARSAL_FAILED',
      detail: expect.stringContaining('GoneForGood'),
    });
  });

  it('name an object that cannot be decoded', async () => {
    await using server = await startApiServer();
    await fill(server);
    const endpoint = `--endpoints=http://127.0.0.1:${server.etcd.port}`;
    const good = await backUp(server);
    const broken = '{"kind":"ConfigMap","apiVersion":"v99","metadata":{"name":"c640"}}';
    await runEtcdTool('etcdctl', [endpoint, 'put', '/registry/configmaps/default/c640'], broken);
    const status = JSON.parse(
      await runEtcdTool('etcdctl', [endpoint, 'endpoint', 'status', '--write-out=json']),
    );
    const revision = String(status[0].Status.header.revision);
    const { manifest, source } = await backUp(server);
    // The kind cannot be listed any more, so its part is the earlier one.
    const resources = [...good.manifest.resources];
    const subject = { ...manifest, resources, resourceVersion: revision };
    const index = storedIndex(good.manifest, good.source);
    await using scratch = await testScratch();
    if (manifest.etcd === undefined) throw new Error('no snapshot');
    await scratch.receive(openPart(manifest.etcd.part, source, signal), signal);
    const [, drilled] = await prove(
      { manifest: subject, index },
      { drill: true },
      { scratch, by: 'test', clock: systemClock, log: recordedLog(), signal },
    );
    expect(drilled?.result).toBe('failed');
    expect(drilled?.examples).toContainEqual({
      object: 'configmaps default/c640',
      finding: expect.stringContaining('cannot be read'),
    });
  });

  it('leave nothing behind', async () => {
    const scratch = await testScratch();
    await proofsOn(scratch, taken, { drill: true });
    await scratch[Symbol.asyncDispose]();
    expect(existsSync(scratch.directory)).toBe(false);
    expect(await commandLines()).not.toContain(scratch.directory);
  });

  it('cannot be made without programs', async () => {
    await using scratch = await testScratch({ directories: [] });
    const proofs = await proofsOn(scratch, taken, { drill: false });
    expect(proofs).toMatchObject([{ result: 'not-made', code: 'SCRATCH_UNAVAILABLE' }]);
  });
});

describe('proofs of a backup of a cluster that encrypts its data', { timeout: 180_000 }, () => {
  const key = randomBytes(32).toString('base64');
  let encrypted: Taken;

  beforeAll(async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'encryption.yaml');
    await writeFile(file, configurationOf(key));
    await using server = await startApiServer([`--encryption-provider-config=${file}`]);
    await fill(server);
    encrypted = await backUp(server);
  });

  it('pass with its keys', async () => {
    const encryption = { file: '/etc/kubernetes/enc.yaml', text: configurationOf(key) };
    const proofs = await proofsOf(encrypted, { drill: true, rehearse: VERSION }, { encryption });
    expect(proofs.map(summaryOf)).toEqual([
      ['cross-proof', 'passed'],
      ['drill', 'passed'],
      ['rehearsal', 'passed'],
    ]);
  });

  it('are a cross-proof alone without them', async () => {
    const [cross, drilled] = await proofsOf(encrypted, { drill: true });
    expect(cross?.result).toBe('passed');
    expect(drilled).toMatchObject({
      result: 'failed',
      code: 'ENCRYPTION_KEYS',
      detail: expect.stringContaining('secrets (aescbc:v1:first)'),
    });
  });

  it('fail by name with other keys', async () => {
    const other = {
      file: '/etc/kubernetes/enc.yaml',
      text: configurationOf(randomBytes(32).toString('base64')),
    };
    const renamed = { ...other, text: configurationOf(key).replace('first', 'second') };
    for (const encryption of [other, renamed]) {
      const [, drilled] = await proofsOf(encrypted, { drill: true }, { encryption });
      expect(drilled).toMatchObject({ result: 'failed', code: 'ENCRYPTION_KEYS' });
      expect(JSON.stringify(drilled)).not.toContain(key);
    }
  });
});

function summaryOf({ kind, result, detail }: Proof): readonly string[] {
  return result === 'passed' ? [kind, result] : [kind, result, detail];
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(9000) ^ 1, 9000);
  return changed;
}

/** Of every process of this machine. */
async function commandLines(): Promise<string> {
  return (await promisify(execFile)('ps', ['-eo', 'args'])).stdout;
}

function configurationOf(key: string): string {
  return `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - aescbc: { keys: [{ name: first, secret: ${key} }] }
      - identity: {}
`;
}

/** The second API server that is started gets another flag: it stands for one of a later version. */
function withTargetFlag(scratch: Scratch, flag: string): Scratch {
  let started = 0;
  return {
    ...scratch,
    startApiServer(version, settings, ...rest) {
      started += 1;
      const flags = started === 1 ? settings.flags : [...settings.flags, flag];
      return scratch.startApiServer(version, { ...settings, flags }, ...rest);
    },
  };
}

/** A webhook that would see every change, and fail it. */
function refusing(port: number): object {
  return {
    metadata: { name: 'refusing' },
    webhooks: [
      {
        name: 'refusing.contract.example.com',
        clientConfig: { url: `https://127.0.0.1:${port}/` },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['configmaps'] }],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
      },
    ],
  };
}

/** Objects of the custom kind may lie in etcd in either of its versions from now on. */
async function storeEither(server: ApiServer, definition: string): Promise<void> {
  const current = JSON.parse(await server.send('GET', definition));
  const status = { ...current.status, storedVersions: ['v1beta1', 'v1'] };
  await server.send('PUT', `${definition}/status`, JSON.stringify({ ...current, status }));
}

function counters(strategy: 'None' | 'Webhook', webhookUrl = ''): object {
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  });
  return {
    metadata: { name: 'counters.contract.example.com' },
    spec: {
      group: 'contract.example.com',
      scope: 'Namespaced',
      names: { plural: 'counters', kind: 'Counter' },
      versions: [version('v1', true), version('v1beta1', false)],
      conversion:
        strategy === 'None'
          ? { strategy }
          : {
              strategy,
              webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: webhookUrl } },
            },
    },
  };
}
