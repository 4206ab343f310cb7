import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, listAll } from '../../src/cluster/api.ts';
import { known, unknown } from '../../src/cluster/known.ts';
import type { ObjectMeta } from '../../src/cluster/objects.ts';
import { observe, readClusterUid } from '../../src/cluster/observe.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';

let api: ApiServer;
let kube: Kube;

beforeAll(async () => {
  api = await startApiServer();
  kube = await api.kubeAs('admin');
});

afterAll(() => api?.[Symbol.asyncDispose]());

const post = (path: string, body: object) => kube.request({ method: 'POST', path, body });
const patchStatus = (path: string, status: object) =>
  kube.request({ method: 'PATCH', path: `${path}/status`, body: { status } });

describe('the port', () => {
  test('reads and writes JSON', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    await post(path, { metadata: { name: 'settings' }, data: { colour: 'green' } });
    await kube.request({
      method: 'PATCH',
      path: `${path}/settings`,
      body: { data: { colour: null, size: '3' } },
    });
    expect(await kube.request({ path: `${path}/settings` })).toMatchObject({
      kind: 'ConfigMap',
      data: { size: '3' },
    });
    await kube.request({ method: 'DELETE', path: `${path}/settings` });
    await expect(kube.request({ path: `${path}/settings` })).rejects.toMatchObject({
      name: 'KubeStatusError',
      status: 404,
      reason: 'NotFound',
      details: { name: 'settings', kind: 'configmaps' },
    });
  });

  test('streams what it would have parsed, large enough that the server compresses it', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    const data = { filling: 'x'.repeat(200_000) };
    for (const name of ['big-1', 'big-2']) await post(path, { metadata: { name }, data });
    const parsed = (await kube.request({ path })) as {
      readonly metadata: { readonly resourceVersion: string };
    };
    // What the API server writes of its own moves the version of a list on.
    const exact = `${path}?resourceVersion=${parsed.metadata.resourceVersion}&resourceVersionMatch=Exact`;
    const streamed = await text(await kube.stream({ path: exact }));
    expect(streamed.length).toBeGreaterThan(400_000);
    expect(JSON.parse(streamed)).toEqual(parsed);
  });

  test('follows a watch', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    const { metadata } = await get<{ readonly metadata: { readonly resourceVersion: string } }>(kube, path);
    const watched = await kube.stream({
      path: `${path}?watch=1&timeoutSeconds=2&resourceVersion=${metadata.resourceVersion}`,
    });
    await post(path, { metadata: { name: 'watched' } });
    expect(JSON.parse(await text(watched))).toMatchObject({
      type: 'ADDED',
      object: { metadata: { name: 'watched' } },
    });
  });

  test('tells a request that RBAC refuses', async () => {
    const viewer = await api.kubeAs('viewer');
    await expect(viewer.request({ path: '/api/v1/secrets' })).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
    });
    await expect(readClusterUid(viewer)).rejects.toMatchObject({
      code: 'KUBE_REQUEST',
      next: expect.stringContaining('RBAC'),
    });
  });
});

test('listAll reads a list of several pages', async () => {
  const path = '/api/v1/namespaces/kube-public/configmaps';
  const names = Array.from({ length: 501 }, (_, index) => `page-${index}`);
  for (const name of names) await post(path, { metadata: { name } });
  const seen: string[] = [];
  for await (const { metadata } of listAll<{ readonly metadata: ObjectMeta }>(kube, path))
    seen.push(metadata.name);
  expect(seen).toEqual(expect.arrayContaining(names));
  expect(new Set(seen).size).toBe(seen.length);
});

describe('a cluster', () => {
  const provider = {
    configuredVersion: async () => known('v1.36.3' as const),
    observeHost: async () => unknown('no host'),
    observeEtcd: async () => unknown('no host'),
  };
  const evict = (retries = 0) =>
    kube.request({
      method: 'POST',
      path: '/api/v1/namespaces/default/pods/web-1/eviction',
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web-1', namespace: 'default' } },
      retries,
    });
  const budget = (name: string) =>
    post('/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      metadata: { name },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    });

  beforeAll(async () => {
    await post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    await post('/api/v1/nodes', {
      metadata: { name: 'w1', annotations: { 'kubestair.dev/cordoned-by': 'run-1' } },
      spec: { unschedulable: true },
    });
    await patchStatus('/api/v1/nodes/w1', {
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://2.2.1',
        kernelVersion: '',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.35.4',
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: '',
      },
      addresses: [{ type: 'InternalIP', address: '10.0.0.7' }],
      conditions: [{ type: 'Ready', status: 'True' }],
    });
    await post('/api/v1/namespaces/default/pods', {
      metadata: { name: 'web-1', labels: { app: 'web' } },
      spec: {
        nodeName: 'w1',
        automountServiceAccountToken: false,
        containers: [{ name: 'web', image: 'web' }],
        volumes: [{ name: 'cache', emptyDir: {} }],
      },
    });
    const conditions = [{ type: 'Ready', status: 'True' }];
    await patchStatus('/api/v1/namespaces/default/pods/web-1', { phase: 'Running', conditions });
    await budget('web');
  });

  test('is observed as it is', async () => {
    const observation = await observe({ kube, provider, access: { ssh: { addresses: {} } } });
    expect(observation).toMatchObject({
      clusterUid: await readClusterUid(kube),
      apiServerVersion: expect.stringMatching(/^v1\.\d+\.\d+$/),
      nodes: [
        {
          name: 'w1',
          role: 'worker',
          address: '10.0.0.7',
          kubelet: 'v1.35.4',
          ready: true,
          problems: [],
          unschedulable: true,
          cordonedBy: 'run-1',
        },
      ],
      pods: [
        {
          namespace: 'default',
          name: 'web-1',
          node: 'w1',
          phase: 'Running',
          emptyDirs: ['cache'],
          ready: true,
        },
      ],
      budgets: [{ namespace: 'default', name: 'web', selector: { matchLabels: { app: 'web' } } }],
    });
  });

  test('that is not the one meant is refused', async () => {
    await expect(readClusterUid(kube, 'another')).rejects.toMatchObject({ code: 'KUBE_CONTEXT' });
  });

  test('refuses an eviction by its budget, and by two of them as a defect that no waiting mends', async () => {
    await expect(evict()).rejects.toMatchObject({
      status: 429,
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 10, causes: [{ reason: 'DisruptionBudget' }] },
    });
    await budget('web-too');
    const started = performance.now();
    await expect(evict(3)).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining('more than one'),
    });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
