import { describe, expect, test } from 'vitest';
import { tagOf, toBudget, toNode, toPod } from '../../../src/cluster/mapping.ts';
import type { NodeObject, PodObject } from '../../../src/cluster/objects.ts';

const IMAGES = {
  etcd: 'registry.k8s.io/etcd:3.6.6-0',
  'kube-apiserver': 'registry.k8s.io/kube-apiserver:v1.35.4',
  'kube-controller-manager': 'localhost:5000/mirror/kube-controller-manager:v1.35.4@sha256:0123',
  'kube-scheduler': 'registry.k8s.io/kube-scheduler:v1.35.4',
};

function node(
  over: { readonly labels?: Record<string, string>; readonly status?: NodeObject['status'] } = {},
): NodeObject {
  return {
    metadata: { name: 'cp1', labels: over.labels ?? { 'node-role.kubernetes.io/control-plane': '' } },
    status: {
      addresses: [
        { type: 'ExternalIP', address: '192.0.2.7' },
        { type: 'InternalIP', address: '10.0.0.7' },
        { type: 'Hostname', address: 'cp1' },
      ],
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.35.4',
        containerRuntimeVersion: 'containerd://2.2.1',
        osImage: 'Debian 12',
      },
      ...over.status,
    },
  };
}

function staticPod(component: string, image: string): PodObject {
  return {
    metadata: {
      name: `${component}-cp1`,
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.mirror': 'abc' },
    },
    spec: { nodeName: 'cp1', containers: [{ name: component, image }] },
  };
}

const staticPods = Object.entries(IMAGES).map(([component, image]) => staticPod(component, image));

describe('toNode', () => {
  test('reads a control-plane node with its static pods', () => {
    expect(toNode(node(), staticPods, undefined)).toEqual({
      name: 'cp1',
      role: 'control-plane',
      address: '10.0.0.7',
      kubelet: 'v1.35.4',
      kubeProxy: { known: false, reason: 'no kube-proxy runs here' },
      components: {
        known: true,
        value: {
          etcd: '3.6.6-0',
          'kube-apiserver': 'v1.35.4',
          'kube-controller-manager': 'v1.35.4',
          'kube-scheduler': 'v1.35.4',
        },
      },
      containerRuntime: 'containerd://2.2.1',
      osImage: 'Debian 12',
      ready: true,
      problems: [],
      unschedulable: false,
      scheduling: { labels: node().metadata.labels, taints: [], allocatable: {} },
    });
  });

  test('keeps what the scheduler goes by', () => {
    const plain = node();
    const { scheduling } = toNode(
      {
        ...plain,
        spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
        status: { ...plain.status, allocatable: { cpu: '3920m', memory: '16Gi', pods: '110' } },
      },
      [],
      undefined,
    );
    expect(scheduling.taints).toEqual([{ key: 'dedicated', value: '', effect: 'NoSchedule' }]);
    expect(scheduling.allocatable).toEqual({ cpu: 3920, memory: 16 * 2 ** 30 * 1000, pods: 110_000 });
  });

  test('takes a missing etcd for an external one, but nothing else', () => {
    const withoutEtcd = staticPods.filter(({ metadata }) => metadata.labels?.component !== 'etcd');
    expect(toNode(node(), withoutEtcd, undefined).components).toMatchObject({
      known: true,
      value: { etcd: '' },
    });
    const withoutServer = staticPods.filter(
      ({ metadata }) => metadata.labels?.component !== 'kube-apiserver',
    );
    expect(toNode(node(), withoutServer, undefined).components).toMatchObject({
      known: false,
      reason: expect.stringContaining('kube-apiserver'),
    });
  });

  test('does not know a version from a digest alone', () => {
    const digest = staticPod('kube-scheduler', 'registry.k8s.io/kube-scheduler@sha256:0123');
    const pods = [...staticPods.filter(({ metadata }) => metadata.name !== 'kube-scheduler-cp1'), digest];
    expect(toNode(node(), pods, undefined).components).toMatchObject({ known: false });
  });

  test('reads a worker, the address of the cluster file first', () => {
    const read = toNode(node({ labels: {} }), [], 'w1.example');
    expect(read).toMatchObject({ role: 'worker', address: 'w1.example', components: { known: false } });
  });

  test('reads kube-proxy, but not one that is leaving', () => {
    const proxy = (image: string, over: Partial<PodObject['metadata']> = {}): PodObject => ({
      metadata: {
        name: 'kube-proxy-x',
        namespace: 'kube-system',
        labels: { 'k8s-app': 'kube-proxy' },
        ...over,
      },
      spec: { nodeName: 'cp1', containers: [{ name: 'kube-proxy', image }] },
    });
    const leaving = proxy('registry.k8s.io/kube-proxy:v1.34.4', {
      deletionTimestamp: '2026-11-21T09:00:00Z',
    });
    const current = proxy('registry.k8s.io/kube-proxy:v1.35.4');
    expect(toNode(node(), [leaving, current], undefined).kubeProxy).toEqual({
      known: true,
      value: 'v1.35.4',
    });
    expect(toNode(node(), [proxy('example.com/proxy:latest')], undefined).kubeProxy).toMatchObject({
      known: false,
    });
  });

  test.each([
    ['NotReady', [{ type: 'Ready', status: 'False' }], ['Ready=False'], false],
    ['a kubelet that went silent', [{ type: 'Ready', status: 'Unknown' }], ['Ready=Unknown'], false],
    ['no condition at all', [], ['Ready=Unknown'], false],
    [
      'pressures',
      [
        { type: 'Ready', status: 'True' },
        { type: 'DiskPressure', status: 'True' },
        { type: 'NetworkUnavailable', status: 'True' },
        { type: 'PIDPressure', status: 'Unknown' },
      ],
      ['DiskPressure=True', 'NetworkUnavailable=True'],
      true,
    ],
  ])('reads %s', (_name, conditions, problems, ready) => {
    expect(toNode(node({ status: { ...node().status, conditions } }), [], undefined)).toMatchObject({
      problems,
      ready,
    });
  });

  test('tells an own cordon from a foreign one', () => {
    const cordoned = { ...node(), spec: { unschedulable: true } };
    expect(toNode(cordoned, [], undefined)).toMatchObject({ unschedulable: true });
    expect(toNode(cordoned, [], undefined).cordonedBy).toBeUndefined();
    const own = {
      ...cordoned,
      metadata: { ...cordoned.metadata, annotations: { 'kubestair.dev/cordoned-by': 'run-1' } },
    };
    expect(toNode(own, [], undefined).cordonedBy).toBe('run-1');
  });

  test('refuses a node of a vendor by its name', () => {
    const k3s = node({
      status: { nodeInfo: { kubeletVersion: 'v1.35.4+k3s1', containerRuntimeVersion: '', osImage: '' } },
    });
    expect(() => toNode(k3s, [], undefined)).toThrow(
      expect.objectContaining({ code: 'CLUSTER_UNSUPPORTED', object: 'Node/cp1' }),
    );
  });
});

describe('toPod', () => {
  const NONE = { daemonSets: new Set<string>() };

  test('finds a pod whose DaemonSet is gone', () => {
    const owner = { kind: 'DaemonSet', name: 'agent', controller: true };
    const agent: PodObject = { metadata: { name: 'agent-1', namespace: 'ops', ownerReferences: [owner] } };
    expect(toPod(agent, { daemonSets: new Set(['ops/agent']) }).orphan).toBeUndefined();
    expect(toPod(agent, { daemonSets: new Set(['other/agent']) }).orphan).toBe(true);
  });

  test('does not take a DaemonSet of another API for one of Kubernetes', () => {
    const owner = {
      apiVersion: 'apps.kruise.io/v1alpha1',
      kind: 'DaemonSet',
      name: 'agent',
      controller: true,
    };
    const agent: PodObject = { metadata: { name: 'agent-1', namespace: 'ops', ownerReferences: [owner] } };
    expect(toPod(agent, NONE)).toMatchObject({ controller: 'DaemonSet.apps.kruise.io/agent' });
    expect(toPod(agent, NONE).orphan).toBeUndefined();
  });

  test('keeps what drains and gates look at', () => {
    const pod: PodObject = {
      metadata: {
        name: 'web-1',
        namespace: 'shop',
        labels: { app: 'web' },
        deletionTimestamp: '2026-11-21T09:00:00Z',
        ownerReferences: [
          { kind: 'Thing', name: 'other' },
          { kind: 'ReplicaSet', name: 'web-7d4', controller: true },
        ],
      },
      spec: { nodeName: 'w1', volumes: [{ name: 'cache', emptyDir: {} }, { name: 'config' }] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    };
    expect(toPod(pod, NONE)).toMatchObject({
      namespace: 'shop',
      name: 'web-1',
      node: 'w1',
      phase: 'Running',
      labels: { app: 'web' },
      controller: 'ReplicaSet/web-7d4',
      mirror: false,
      emptyDirs: ['cache'],
      ready: true,
      terminating: true,
      terminatingSince: '2026-11-21T09:00:00Z',
      finalizers: [],
    });
  });

  test('knows mirror pods and pods without anything', () => {
    expect(toPod(staticPod('etcd', IMAGES.etcd), NONE).mirror).toBe(true);
    expect(toPod({ metadata: { name: 'bare' } }, NONE)).toMatchObject({
      node: '',
      phase: 'Unknown',
      ready: false,
    });
    expect(toPod({ metadata: { name: 'bare' } }, NONE).controller).toBeUndefined();
  });
});

describe('toBudget', () => {
  const metadata = { name: 'web', namespace: 'shop' };

  test('reads its status, and an empty selector as it is', () => {
    const status = { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 };
    expect(toBudget({ metadata, spec: { selector: {} }, status })).toEqual({
      ...metadata,
      ...status,
      rule: 'minAvailable: 1',
      evictsUnhealthy: false,
      selector: {},
    });
  });

  test('leaves out a budget that selects nothing', () => {
    expect(toBudget({ metadata, spec: { selector: null } })).toBeUndefined();
    expect(toBudget({ metadata, spec: {} })).toBeUndefined();
  });
});

test.each([
  ['registry.k8s.io/etcd:3.6.6-0', '3.6.6-0'],
  ['localhost:5000/kube-proxy', undefined],
  ['localhost:5000/kube-proxy:v1.35.4@sha256:00', 'v1.35.4'],
  ['kube-proxy@sha256:00', undefined],
])('tagOf(%s) is %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag);
});
