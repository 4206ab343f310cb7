import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { systemClock } from '../../../src/adapters/clock.ts';
import { openEtcd } from '../../../src/adapters/etcd.ts';
import type { Manifest, Proof } from '../../../src/backup/manifest.ts';
import { type BackupDeps, type BackupRequest, runBackup } from '../../../src/backup/run-backup.ts';
import { type BackupSource, openPart } from '../../../src/backup/unseal.ts';
import type { BackupWitness } from '../../../src/backup/witness.ts';
import type { Store } from '../../../src/ports/store.ts';
import { apiServerSettings } from '../../../src/proof/api-server-flags.ts';
import { prove, type Subject, type Wanted } from '../../../src/proof/prove.ts';
import type { Scratch } from '../../../src/proof/scratch.ts';
import { storedIndex } from '../../../src/proof/stored.ts';
import { memoryStore } from '../../unit/backup/support/memory-store.ts';
import { recordedLog } from '../../unit/backup/support/quiet.ts';
import type { ApiServer } from './api-server.ts';
import { testScratch } from './scratch.ts';

const CONFIG_MAPS = 700;
export const VERSION = 'v1.36.3';
const signal = new AbortController().signal;
let backups = 0;

const request: Omit<BackupRequest, 'id'> = {
  tool: 'kubestair 0.1.0',
  cluster: { name: 'prod', uid: '0b5c', version: VERSION },
  reason: 'backup',
  runId: 'run-1',
  recipients: [],
  apiServer: apiServerSettings((name) => (name === 'service-cluster-ip-range' ? '10.96.0.0/16' : undefined)),
};

/** A backup and where it is. */
export interface Taken {
  readonly manifest: Manifest;
  readonly source: BackupSource;
}

/** Takes a backup into a store of its own. */
export async function backUp(server: ApiServer, witness?: BackupWitness): Promise<Taken> {
  backups += 1;
  const store = memoryStore();
  const deps = { ...(await depsOf(server, store)), witness };
  const { manifest, prefix } = await runBackup({ ...request, id: `backup-${backups}` }, deps);
  return { manifest, source: { store, prefix, identities: [] } };
}

async function depsOf(server: ApiServer, into: Store): Promise<BackupDeps> {
  return {
    // Some of these servers answer lists with 500 for good.
    kube: await server.kubeAs('admin', { firstPauseMilliseconds: 20 }),
    store: into,
    openEtcd: async () => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port: server.etcd.port } }),
    hosts: [],
    clock: systemClock,
    log: recordedLog(),
    signal,
  };
}

/** Objects that a proof has to know something about. */
export async function fill(server: ApiServer): Promise<void> {
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
export async function proofsOf(subject: Taken, wanted: Wanted, more: More = {}): Promise<readonly Proof[]> {
  await using scratch = await testScratch();
  return await proofsOn(scratch, subject, wanted, more);
}

/** proofsOf() on a scratch machine that is there. */
export async function proofsOn(
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

export async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 32_768) yield bytes.subarray(at, at + 32_768);
}

/** What it is, how it ended, and why if it did not pass. */
export function summaryOf({ kind, result, detail }: Proof): readonly string[] {
  return result === 'passed' ? [kind, result] : [kind, result, detail];
}

/** The definition of the custom kind that `fill` makes an object of. */
export function counters(strategy: 'None' | 'Webhook', webhookUrl = ''): object {
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
