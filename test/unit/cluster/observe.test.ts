import { describe, expect, test } from 'vitest';
import { listAll } from '../../../src/cluster/api.ts';
import { known, unknown } from '../../../src/cluster/known.ts';
import { observe, readClusterUid } from '../../../src/cluster/observe.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { fakeKube } from './support/fake-kube.ts';

const UID = '6a4e1c0e-0000-4000-8000-000000000001';

function node(name: string, labels: Record<string, string> = {}) {
  return {
    metadata: { name, labels },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: {
        kubeletVersion: 'v1.35.4',
        containerRuntimeVersion: 'containerd://2.2.1',
        osImage: 'Debian',
      },
    },
  };
}

const ANSWERS = {
  '/api/v1/namespaces/kube-system/configmaps/kubelet-config': {
    data: { kubelet: 'kind: KubeletConfiguration\nfailSwapOn: false\n' },
  },
  '/api/v1/namespaces/kube-system': { metadata: { name: 'kube-system', uid: UID } },
  '/version': { gitVersion: 'v1.35.4' },
  '/api/v1/nodes': [node('cp1', { 'node-role.kubernetes.io/control-plane': '' }), node('w1'), node('w2')],
  '/api/v1/pods': [
    {
      metadata: { name: 'kube-proxy-a', namespace: 'kube-system', labels: { 'k8s-app': 'kube-proxy' } },
      spec: {
        nodeName: 'w1',
        containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.35.4' }],
      },
    },
    { metadata: { name: 'web-1', namespace: 'shop' }, spec: { nodeName: 'w2' } },
  ],
  '/apis/apps/v1/daemonsets': [{ metadata: { name: 'agent', namespace: 'ops' } }],
  '/apis/apps/v1/replicasets': [],
  '/apis/batch/v1/jobs': [],
  '/apis/policy/v1/poddisruptionbudgets': [
    { metadata: { name: 'web', namespace: 'shop' }, spec: { selector: {} } },
    { metadata: { name: 'nothing', namespace: 'shop' }, spec: {} },
  ],
};

const provider = {
  configuredVersion: async () => known('v1.35.4' as const),
  observeHost: async ({ name }: { readonly name: string }) => unknown(`no SSH to ${name}`),
  observeEtcd: async () => unknown('no SSH'),
};

const access = { ssh: { addresses: { w2: 'w2.example' } } };

describe('observe', () => {
  test('puts API, hosts and etcd together', async () => {
    const kube = fakeKube(ANSWERS);
    const observation = await observe({ kube, provider, access });
    expect(observation).toMatchObject({
      clusterUid: UID,
      configuredVersion: { known: true, value: 'v1.35.4' },
      apiServerVersion: 'v1.35.4',
      kubeletConfig: { known: true, value: { failSwapOn: false } },
      etcd: { known: false, reason: 'no SSH' },
      pods: [{ name: 'kube-proxy-a' }, { name: 'web-1' }],
      budgets: [{ name: 'web' }],
    });
    expect(observation.nodes.map(({ name, role, address }) => ({ name, role, address }))).toEqual([
      { name: 'cp1', role: 'control-plane', address: 'cp1' },
      { name: 'w1', role: 'worker', address: 'w1' },
      { name: 'w2', role: 'worker', address: 'w2.example' },
    ]);
    expect(observation.nodes[1]?.kubeProxy).toEqual({ known: true, value: 'v1.35.4' });
    expect(observation.nodes[2]?.host).toEqual({ known: false, reason: 'no SSH to w2' });
  });

  test('stops at another cluster than the file means, before it reads anything else', async () => {
    const kube = fakeKube(ANSWERS);
    const wrong = observe({ kube, provider, access: { ...access, clusterUid: 'another' } });
    await expect(wrong).rejects.toMatchObject({
      code: 'KUBE_CONTEXT',
      object: 'context prod',
      message: expect.stringContaining(UID),
    });
    expect(kube.asked).toHaveLength(1);
  });

  test.each([
    ['/apis/policy/v1/poddisruptionbudgets', 'poddisruptionbudgets.policy'],
    ['/apis/apps/v1/daemonsets', 'daemonsets.apps'],
    ['/api/v1/pods', 'pods'],
  ])('tells that %s may not be read, and reads the rest', async (path, resource) => {
    const refusal = new KubeStatusError(403, 'Forbidden', `${resource} is forbidden`);
    const observation = await observe({ kube: fakeKube({ ...ANSWERS, [path]: refusal }), provider, access });
    expect(observation.nodes).toHaveLength(3);
    expect(observation.unread).toEqual([
      {
        resource,
        reason: `the API server answers 403 Forbidden: ${resource} is forbidden`,
        next: expect.stringContaining('the verb list on'),
      },
    ]);
  });

  test('does not take a pod for an orphan where the DaemonSets may not be read', async () => {
    const owned = {
      metadata: {
        name: 'agent-1',
        namespace: 'ops',
        ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true }],
      },
      spec: { nodeName: 'w1' },
    };
    const refusal = new KubeStatusError(403, 'Forbidden', 'no');
    const answers = { ...ANSWERS, '/api/v1/pods': [owned], '/apis/apps/v1/daemonsets': refusal };
    const { pods } = await observe({ kube: fakeKube(answers), provider, access });
    expect(pods[0]).not.toHaveProperty('orphan');
  });

  test('cannot plan without the nodes, and says that RBAC decides', async () => {
    const refusal = new KubeStatusError(403, 'Forbidden', 'nodes is forbidden');
    const kube = fakeKube({ ...ANSWERS, '/api/v1/nodes': refusal });
    await expect(observe({ kube, provider, access })).rejects.toMatchObject({
      code: 'KUBE_REQUEST',
      message: expect.stringContaining('nodes is forbidden'),
      next: expect.stringContaining('RBAC'),
    });
  });

  test('refuses an API server of a vendor', async () => {
    const kube = fakeKube({ ...ANSWERS, '/version': { gitVersion: 'v1.35.4-eks-3abbec1' } });
    await expect(observe({ kube, provider, access })).rejects.toMatchObject({ code: 'CLUSTER_UNSUPPORTED' });
  });

  test('asks little of a server that may not be there', async () => {
    const kube = fakeKube(ANSWERS);
    expect(await readClusterUid(kube, UID)).toBe(UID);
    expect(kube.asked[0]?.retries).toBe(1);
  });
});

test('listAll follows continue tokens to the end', async () => {
  const kube = fakeKube({ '/api/v1/nodes': [1, 2, 3, 4] });
  const seen: number[] = [];
  for await (const item of listAll<number>(kube, '/api/v1/nodes')) seen.push(item);
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(kube.asked.map(({ path }) => path)).toEqual([
    '/api/v1/nodes?limit=500',
    '/api/v1/nodes?limit=500&continue=1',
    '/api/v1/nodes?limit=500&continue=2',
    '/api/v1/nodes?limit=500&continue=3',
  ]);
});
