import type { Kube, KubeRequest } from '../../../src/ports/kube.ts';
import { NODE, nodeStatus, nodeTemplate } from '../support/fleet.ts';

export interface SimulatedApi {
  readonly kube: Kube;
  /** A node's kubelet reports another version. */
  setKubelet(node: string, version: string): void;
  kubeletOf(node: string): string;
  /** CPU time that went into answers, in microseconds: not the engine's. */
  spent(): number;
}

interface SimulatedNode {
  kubelet: string;
  unschedulable: boolean;
  annotations: Record<string, string>;
  version: number;
  /** As the API server would send it. */
  text: string;
  readonly pods: Set<string>;
}

const DAEMONS = 2;
const DAEMON_SET = JSON.stringify({
  metadata: { name: 'app', namespace: 'team', generation: 1 },
  status: { observedGeneration: 1, desiredNumberScheduled: 1, numberAvailable: 1 },
});

/**
 * The API of a large cluster whose pods are gone as soon as they are evicted and whose controllers are always done: what a rollout
 * waits for takes no time here. Answers come as text, so that parsing them counts.
 */
export function simulatedApi(
  nodeNames: readonly string[],
  podsPerNode: number,
  workloads: number,
): SimulatedApi {
  const base: Readonly<Record<string, unknown>> = { ...nodeTemplate(), status: nodeStatus() };
  const template = JSON.stringify(base);
  const nodes = new Map(nodeNames.map((name) => [name, newNode(name, podsPerNode, template)]));
  const names = [...nodes.keys()];
  const workloadsText = Array.from({ length: workloads }, (_, index) => workloadText(index));
  let spent = 0;

  const answer = ({ method = 'GET', path, body }: KubeRequest): string => {
    const { pathname, searchParams } = new URL(path, 'http://simulated');
    const parts = pathname.split('/');
    if (pathname === '/api/v1/nodes') return page(names, searchParams, (name) => nodes.get(name)?.text ?? '');
    const node = parts[3] === 'nodes' ? nodes.get(parts[4] ?? '') : undefined;
    if (node !== undefined)
      return method === 'PATCH' ? patch(parts[4] ?? '', node, body, template) : node.text;
    if (pathname === '/api/v1/pods') {
      const on = searchParams.get('fieldSelector')?.split('=')[1];
      if (on === undefined) return page(names, searchParams, (name) => podsText(name, nodes.get(name)));
      return listOf([podsText(on, nodes.get(on))]);
    }
    if (pathname.endsWith('/eviction')) {
      const name = parts[6] ?? '';
      nodes.get(name.split('.')[1] ?? '')?.pods.delete(name);
      return '{"kind":"Status","status":"Success"}';
    }
    if (pathname === '/apis/apps/v1/deployments') {
      return page([...workloadsText.keys()], searchParams, (index) => workloadsText[index] ?? '');
    }
    return listOf(pathname === '/apis/apps/v1/daemonsets' ? [DAEMON_SET] : []);
  };

  return {
    spent: () => spent,
    kubeletOf: (name) => nodes.get(name)?.kubelet ?? '',
    setKubelet(name, version) {
      const node = nodes.get(name);
      if (node === undefined) return;
      node.kubelet = version;
      node.text = nodeText(name, node, template);
    },
    kube: {
      server: 'simulated:6443',
      context: 'simulated',
      stream: () => Promise.reject(new Error('nobody streams here')),
      async request(request) {
        request.signal?.throwIfAborted();
        const before = process.cpuUsage();
        const text = answer(request);
        const { user, system } = process.cpuUsage(before);
        spent += user + system;
        return JSON.parse(text);
      },
    },
  };
}

function newNode(name: string, pods: number, template: string): SimulatedNode {
  const node: SimulatedNode = {
    kubelet: 'v1.35.4',
    unschedulable: false,
    annotations: {},
    version: 1,
    text: '',
    pods: new Set(
      Array.from({ length: pods }, (_, index) => `${index < DAEMONS ? 'daemon' : 'app'}-${index}.${name}`),
    ),
  };
  node.text = nodeText(name, node, template);
  return node;
}

function nodeText(
  name: string,
  { kubelet, unschedulable, annotations, version }: SimulatedNode,
  template: string,
): string {
  const node = JSON.parse(template.replaceAll(NODE, name));
  node.metadata.annotations = annotations;
  node.metadata.resourceVersion = String(version);
  node.spec.unschedulable = unschedulable;
  node.status.nodeInfo.kubeletVersion = kubelet;
  return JSON.stringify(node);
}

function patch(name: string, node: SimulatedNode, body: unknown, template: string): string {
  const { metadata, spec } = body as {
    readonly metadata?: { readonly annotations?: Readonly<Record<string, string | null>> };
    readonly spec?: { readonly unschedulable?: boolean | null };
  };
  for (const [key, value] of Object.entries(metadata?.annotations ?? {})) {
    if (value === null) delete node.annotations[key];
    else node.annotations[key] = value;
  }
  if (spec?.unschedulable !== undefined) node.unschedulable = spec.unschedulable ?? false;
  node.version += 1;
  node.text = nodeText(name, node, template);
  return node.text;
}

function podsText(node: string, found: SimulatedNode | undefined): string {
  return [...(found?.pods ?? [])].map((name) => podText(name, node)).join(',');
}

function podText(name: string, node: string): string {
  const kind = name.startsWith('daemon') ? 'DaemonSet' : 'ReplicaSet';
  return JSON.stringify({
    metadata: {
      name,
      namespace: 'team',
      uid: name,
      labels: { app: 'app' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'app', uid: '1', controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'app', image: 'registry.example.com/app:v1' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

function workloadText(index: number): string {
  return JSON.stringify({
    metadata: { name: `app-${index}`, namespace: 'team', generation: 1 },
    spec: {
      replicas: 3,
      template: { metadata: { labels: { app: `app-${index}` } }, spec: { containers: [{ name: 'app' }] } },
    },
    status: { observedGeneration: 1, replicas: 3, availableReplicas: 3 },
  });
}

function page<T>(all: readonly T[], query: URLSearchParams, textOf: (one: T) => string): string {
  const from = Number(query.get('continue') ?? 0);
  const to = from + Number(query.get('limit') ?? all.length);
  return listOf(all.slice(from, to).map(textOf), to < all.length ? String(to) : '');
}

function listOf(texts: readonly string[], token = ''): string {
  const items = texts.filter((text) => text !== '').join(',');
  return `{"metadata":{"resourceVersion":"1","continue":"${token}"},"items":[${items}]}`;
}
