import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openDirectory } from '../../src/adapters/directory.ts';
import { openEtcd } from '../../src/adapters/etcd.ts';
import { runBackup } from '../../src/backup/run-backup.ts';
import type { BackupSource } from '../../src/backup/unseal.ts';
import { parseSelector } from '../../src/cluster/parse-selector.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Kube } from '../../src/ports/kube.ts';
import type { BackupSummary } from '../../src/report/model.ts';
import type { ResourcesReport } from '../../src/restore/resources/report.ts';
import type { RestoreRequest } from '../../src/restore/resources/request.ts';
import { restoreResources } from '../../src/restore/resources/restore.ts';
import type { Selection } from '../../src/restore/resources/selection.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { temporaryDirectory } from './support/temporary.ts';

let api: ApiServer;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let summary: BackupSummary;
let source: BackupSource;
let owner: { readonly uid: string };

const EVERYTHING: Selection = { namespaces: [], kinds: [], renames: new Map() };
const signal = new AbortController().signal;

const create = async (server: ApiServer, path: string, object: object) =>
  JSON.parse(await server.send('POST', path, JSON.stringify(object)));
const read = async (server: ApiServer, path: string) => JSON.parse(await server.send('GET', path));

const labels = { app: 'web' };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'registry.example/c:1' }] },
};

beforeAll(async () => {
  api = await startApiServer();
  directory = await temporaryDirectory();
  const store = openDirectory(directory.path, () => randomBytes(4).toString('hex'));
  await fill(api);
  summary = await backUp(api);
  source = { store, prefix: summary.prefix, identities: [] };

  async function backUp(server: ApiServer): Promise<BackupSummary> {
    return await runBackup(
      {
        id: '20261121T090507Z-3f9a',
        tool: 'kubestair/contract',
        cluster: { name: 'prod', uid: 'u', version: 'v1.36.3' },
        reason: 'backup',
        runId: 'r',
        recipients: [],
      },
      {
        kube: await server.kubeAs('admin'),
        openEtcd: async () =>
          openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port: server.etcd.port } }),
        hosts: [],
        store,
        clock: systemClock,
        log: recordedLog(),
        signal,
      },
    );
  }
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

/** Objects that a restore has to know something about. */
async function fill(server: ApiServer): Promise<void> {
  await create(server, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgetDefinition());
  await create(server, '/api/v1/namespaces', { metadata: { name: 'shop' } });
  await create(server, '/api/v1/namespaces/shop/serviceaccounts', { metadata: { name: 'web' } });
  const deployment = await create(server, '/apis/apps/v1/namespaces/shop/deployments', {
    metadata: { name: 'web', labels },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
  owner = deployment.metadata;
  const owned = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner.uid };
  await create(server, '/api/v1/namespaces/shop/configmaps', {
    metadata: { name: 'settings', labels, ownerReferences: [owned] },
    data: { greeting: 'hello', name: 'ü' },
  });
  await create(server, '/apis/apps/v1/namespaces/shop/replicasets', {
    metadata: { name: 'web-1', ownerReferences: [{ ...owned, controller: true }] },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
  await create(server, '/api/v1/namespaces/shop/services', {
    metadata: { name: 'web' },
    spec: { selector: labels, type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
  });
  await create(server, '/apis/batch/v1/namespaces/shop/jobs', {
    metadata: { name: 'import' },
    spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
  });
  await eventually(() =>
    create(server, '/apis/shop.example/v1/namespaces/shop/widgets', {
      apiVersion: 'shop.example/v1',
      kind: 'Widget',
      metadata: { name: 'w1' },
      spec: { size: 3, unknown: { kept: true } },
    }),
  );
  const widget = await read(server, '/apis/shop.example/v1/namespaces/shop/widgets/w1');
  await server.send(
    'PUT',
    '/apis/shop.example/v1/namespaces/shop/widgets/w1/status',
    JSON.stringify({ ...widget, status: { phase: 'Ready' } }),
  );
  await create(server, '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    metadata: { name: 'guard' },
    webhooks: [
      {
        name: 'guard.shop.example',
        clientConfig: { service: { namespace: 'shop', name: 'guard' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Fail',
      },
    ],
  });
}

function widgetDefinition() {
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  return {
    metadata: { name: 'widgets.shop.example' },
    spec: {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      if (attempt === 50) throw thrown;
      await systemClock.sleep(200);
    }
  }
}

async function restore(kube: Kube, over: Partial<RestoreRequest> = {}): Promise<ResourcesReport> {
  // Twenty times as fast as real time, so that no test sits a wait out.
  const began = Date.now();
  const fast = () => began + (Date.now() - began) * 20;
  const quick: Clock = {
    now: () => new Date(fast()),
    monotonic: fast,
    sleep: (milliseconds, own) => systemClock.sleep(Math.min(milliseconds, 100), own),
  };
  return await restoreResources(
    { manifest: summary.manifest, selection: EVERYTHING, existing: 'skip', dryRun: false, ...over },
    { kube, source, clock: quick, log: recordedLog(), signal },
  );
}

const tallyOf = (report: ResourcesReport, kind: string) => report.kinds.find((one) => one.kind === kind);

describe('into the cluster that the backup is of', () => {
  it('finds everything equal, and writes nothing', async () => {
    const before = (await read(api, '/api/v1/namespaces/shop/configmaps')).metadata.resourceVersion;
    const report = await restore(await api.kubeAs('admin'));
    expect(report.kinds.filter(({ created, updated }) => created + updated > 0)).toEqual([]);
    expect(report.refused).toEqual([]);
    expect(report.kept).toEqual([]);
    expect((await read(api, '/api/v1/namespaces/shop/configmaps')).metadata.resourceVersion).toBe(before);
  });

  it('leaves, refuses or changes back what differs, as asked', async () => {
    const path = '/api/v1/namespaces/shop/configmaps/settings';
    const object = await read(api, path);
    await api.send('PUT', path, JSON.stringify({ ...object, data: { greeting: 'changed' } }));
    const kube = await api.kubeAs('admin');
    const selection = { ...EVERYTHING, kinds: ['ConfigMap'], labels: parseSelector('app in (web)') };

    const skipped = await restore(kube, { selection });
    expect(skipped.kept).toEqual(['configmaps/shop/settings']);
    const failed = await restore(kube, { selection, existing: 'fail' });
    expect(failed.refused).toEqual([
      { object: 'configmaps/shop/settings', note: 'it is there and differs from the backup' },
    ]);
    expect((await read(api, path)).data).toEqual({ greeting: 'changed' });

    const updated = await restore(kube, { selection, existing: 'update' });
    expect(tallyOf(updated, 'configmaps')).toMatchObject({ updated: 1, created: 0 });
    const now = await read(api, path);
    expect(now.data).toEqual({ greeting: 'hello', name: 'ü' });
    expect(now.metadata.uid).toBe(object.metadata.uid);
  });

  it('restores under another name of the namespace, with other addresses', async () => {
    const kube = await api.kubeAs('admin');
    const selection = {
      ...EVERYTHING,
      namespaces: ['shop'],
      renames: new Map([['shop', 'shop-before']]),
    };
    const report = await restore(kube, { selection });
    expect(report.refused).toEqual([]);
    expect(report.changed).toContainEqual({
      object: 'services/shop-before/web',
      note: 'has another address or node port, since the old one is taken',
    });
    const widget = await read(api, '/apis/shop.example/v1/namespaces/shop-before/widgets/w1');
    expect(widget.spec).toEqual({ size: 3, unknown: { kept: true } });
    expect((await read(api, '/apis/apps/v1/namespaces/shop/deployments/web')).metadata.uid).toBe(owner.uid);
  });
});

describe('into an empty cluster', () => {
  let other: ApiServer;
  let report: ResourcesReport;

  beforeAll(async () => {
    other = await startApiServer();
    const kube = await other.kubeAs('admin');
    const trial = await restore(kube, { dryRun: true });
    expect(trial.refused).toEqual([]);
    expect(trial.untried).toBeGreaterThan(0);
    await expect(read(other, '/api/v1/namespaces/shop')).rejects.toThrow('404');
    report = await restore(kube);
  });

  afterAll(async () => {
    await other?.[Symbol.asyncDispose]();
  });

  it('makes what the backup has, as it was', async () => {
    const deployment = await read(other, '/apis/apps/v1/namespaces/shop/deployments/web');
    expect(deployment.spec.template.spec.containers[0].image).toBe('registry.example/c:1');
    const service = await read(other, '/api/v1/namespaces/shop/services/web');
    expect(service.spec.ports[0].nodePort).toBe(30080);
    const job = await read(other, '/apis/batch/v1/namespaces/shop/jobs/import');
    expect(job.spec.selector.matchLabels['batch.kubernetes.io/controller-uid']).toBe(job.metadata.uid);
  });

  it('waits for the kinds that it defines, keeps fields that no schema names, and restores the status', async () => {
    const widget = await read(other, '/apis/shop.example/v1/namespaces/shop/widgets/w1');
    expect(widget).toMatchObject({ spec: { size: 3, unknown: { kept: true } }, status: { phase: 'Ready' } });
  });

  it('gives objects back to their owners, under their new UIDs', async () => {
    const deployment = await read(other, '/apis/apps/v1/namespaces/shop/deployments/web');
    expect(deployment.metadata.uid).not.toBe(owner.uid);
    const { metadata } = await read(other, '/api/v1/namespaces/shop/configmaps/settings');
    expect(metadata.ownerReferences).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: deployment.metadata.uid },
    ]);
  });

  it('leaves to controllers what they make, and says so', async () => {
    expect(report.skipped).toContainEqual({
      object: 'replicasets.apps/shop/web-1',
      note: 'its Deployment makes it',
    });
    await expect(read(other, '/apis/apps/v1/namespaces/shop/replicasets/web-1')).rejects.toThrow('404');
  });

  it('does not arm a webhook that nothing answers', async () => {
    expect(report.refused).toEqual([
      {
        object: 'validatingwebhookconfigurations.admissionregistration.k8s.io/guard',
        note: expect.stringContaining('shop/guard that it leads to has no ready endpoint'),
      },
    ]);
  });

  it('goes on where it stopped: what is there is equal', async () => {
    const again = await restore(await other.kubeAs('admin'));
    expect(again.kinds.filter(({ created, updated }) => created + updated > 0)).toEqual([]);
    expect(again.kept).toEqual([]);
  });
});

it('brings the definition of a kind along that is gone', async () => {
  await using bare = await startApiServer();
  const kube = await bare.kubeAs('admin');
  const selection = { ...EVERYTHING, namespaces: ['shop'], kinds: ['namespaces', 'widgets'] };
  const report = await restore(kube, { selection });
  expect(report.refused).toEqual([]);
  expect(await read(bare, '/apis/shop.example/v1/namespaces/shop/widgets/w1')).toMatchObject({
    spec: { size: 3 },
  });
  await expect(read(bare, '/apis/apps/v1/namespaces/shop/deployments/web')).rejects.toThrow('404');
});

it('names a kind that the backup does not have', async () => {
  const kube = await api.kubeAs('admin');
  await expect(restore(kube, { selection: { ...EVERYTHING, kinds: ['gadgets'] } })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('gadgets'),
  });
});
