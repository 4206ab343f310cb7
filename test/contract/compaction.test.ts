import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openEtcd } from '../../src/adapters/etcd.ts';
import type { Manifest } from '../../src/backup/manifest.ts';
import { type BackupDeps, runBackup } from '../../src/backup/run-backup.ts';
import { acceptForUpgrade, shortcomingOf } from '../../src/backup/verified.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { memoryStore } from '../unit/backup/support/memory-store.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { runEtcdTool } from './support/etcd-server.ts';

const CONFIG_MAPS = 1200;
const COLLECTION = '/api/v1/namespaces/default/configmaps';

let api: ApiServer;
let writer: { stop(): Promise<void>; changes(): number };
let began: number;

beforeAll(async () => {
  // Else lists at a resource version come out of a snapshot of the watch cache, whatever etcd has forgotten.
  api = await startApiServer(['--feature-gates=ListFromCacheSnapshot=false']);
  const data = { random: randomBytes(300).toString('base64') };
  for (let at = 0; at < CONFIG_MAPS; at += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api.send('POST', COLLECTION, JSON.stringify({ metadata: { name: `c${at + index}` }, data })),
      ),
    );
  writer = startWriter();
  began = performance.now();
});

afterAll(async () => {
  await writer?.stop();
  await api?.[Symbol.asyncDispose]();
});

/** Changes objects 200 times a second, as far as the machine allows, until it is stopped. */
function startWriter() {
  let changes = 0;
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    for (let each = 0; each < 10 && pending.size < 40; each++) {
      const body = JSON.stringify({
        metadata: { name: `c${changes % 50}` },
        data: { change: String(changes) },
      });
      const change = api.send('PUT', `${COLLECTION}/c${changes++ % 50}`, body).then(
        () => undefined,
        () => undefined,
      );
      pending.add(change);
      void change.finally(() => pending.delete(change));
    }
  }, 50);
  return {
    changes: () => changes,
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
    },
  };
}

/** Has etcd forget everything up to now, as the API server does every five minutes. */
async function compact(): Promise<void> {
  const endpoint = `--endpoints=http://127.0.0.1:${api.etcd.port}`;
  const [{ Status }] = JSON.parse(
    await runEtcdTool('etcdctl', [endpoint, 'endpoint', 'status', '--write-out=json']),
  );
  await runEtcdTool('etcdctl', [endpoint, 'compact', String(Status.header.revision)]);
}

/** A way to the API server on which etcd is compacted between two pages of the ConfigMaps, so many times. */
function compactedBetweenPages(kube: Kube, times: number): Kube & { readonly compactions: () => number } {
  let compactions = 0;
  return {
    ...kube,
    compactions: () => compactions,
    async stream(request) {
      const nextPage = request.path.startsWith('/api/v1/configmaps') && request.path.includes('continue=');
      if (nextPage && compactions < times) {
        compactions += 1;
        // The writer has changed something since the cut was chosen.
        await setTimeout(100);
        await compact();
      }
      return await kube.stream(request);
    },
  };
}

async function backUp(kube: Kube) {
  const store = memoryStore();
  const deps: BackupDeps = {
    kube,
    store,
    openEtcd: async () => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port: api.etcd.port } }),
    hosts: [],
    clock: systemClock,
    log: recordedLog(),
    signal: new AbortController().signal,
  };
  const summary = await runBackup(
    {
      id: '20261121T090507Z-3f9a',
      tool: 'kubestair/test',
      cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
      reason: 'upgrade',
      runId: 'run-1',
      recipients: [],
    },
    deps,
  );
  return { summary, store, manifest: summary.manifest };
}

function configMaps({ resources }: Manifest): Manifest['resources'][number] {
  const found = resources.find(({ resource }) => resource === 'configmaps');
  if (found === undefined) throw new Error('there are no config maps');
  return found;
}

describe('etcd that forgets the chosen revision in the middle of an export, while objects change', () => {
  it('makes the export start over, and be one cut all the same', async () => {
    const kube = compactedBetweenPages(await api.kubeAs('admin'), 1);
    const { manifest, store } = await backUp(kube);
    expect(kube.compactions()).toBe(1);
    expect(manifest.state).toBe('complete');
    const part = configMaps(manifest);
    expect(part).toMatchObject({ consistency: 'exact', listResourceVersion: manifest.resourceVersion });
    const sealed = store.objects.get(`prod/${manifest.id}/${part.part?.path}`) ?? Buffer.of();
    const lines = zstdDecompressSync(sealed).toString().split('\n').slice(0, -1);
    const versions = lines.map((line) => BigInt(JSON.parse(line).metadata.resourceVersion));
    expect(versions.every((version) => version <= BigInt(manifest.resourceVersion))).toBe(true);
    expect(lines.length).toBeGreaterThanOrEqual(CONFIG_MAPS);
    expect(BigInt(manifest.etcd?.revision ?? 0)).toBeGreaterThanOrEqual(BigInt(manifest.resourceVersion));
  });

  it('makes a backup that is not of one time and says so, when it happens every time', async () => {
    const kube = compactedBetweenPages(await api.kubeAs('admin'), 3);
    const { manifest, summary } = await backUp(kube);
    expect(manifest.state).toBe('partial');
    expect(configMaps(manifest)).toMatchObject({ consistency: 'expired' });
    expect(shortcomingOf(manifest)).toMatchObject({ code: 'BACKUP_INCONSISTENT' });
    expect(() => acceptForUpgrade(summary)).toThrow(expect.objectContaining({ code: 'BACKUP_INCONSISTENT' }));
  });

  it('happened while a writer wrote', () => {
    const seconds = (performance.now() - began) / 1000;
    expect(writer.changes() / seconds, 'changes a second').toBeGreaterThan(100);
  });
});
