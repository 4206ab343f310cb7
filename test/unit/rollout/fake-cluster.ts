import { selects } from '../../../src/cluster/selector.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { type Kube, type KubeRequest, KubeStatusError } from '../../../src/ports/kube.ts';

type Labels = Readonly<Record<string, string>>;

export interface FakePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly labels: Labels;
  /** `ReplicaSet/web-1`; empty for an unmanaged pod. */
  readonly owner: string;
  readonly annotations: Labels;
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: object }[];
  readonly tolerations: readonly object[];
  readonly finalizers: readonly string[];
  readonly phase: string;
  ready: boolean;
  deletedAt?: number;
}

export interface FakeNode {
  readonly name: string;
  kubelet: string;
  ready: boolean;
  /** What its condition Ready says beside. */
  why?: { readonly reason: string; readonly message: string };
  unschedulable: boolean;
  annotations: Record<string, string>;
  version: number;
  labels: Record<string, string>;
  taints: readonly FakeTaint[];
  readonly address: string;
  bootId: string;
}

export interface FakeTaint {
  readonly key: string;
  readonly effect: string;
}

export interface FakeWorkload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly name: string;
  readonly replicas: number;
}

export interface FakeBudget {
  readonly namespace?: string;
  readonly name: string;
  readonly matchLabels: Labels;
  readonly minAvailable: number;
}

export interface FakeLease {
  readonly version: number;
  readonly spec: Record<string, unknown>;
  readonly annotations?: Record<string, string>;
}

/** How long a pod takes to go, and its successor to get ready. */
const LEAVES_MILLISECONDS = 3000;
const READY_MILLISECONDS = 4000;

/** A cluster in memory: pods leave after they are evicted, their controllers make new ones elsewhere, budgets refuse as the real ones do. */
export class FakeCluster {
  readonly nodes = new Map<string, FakeNode>();
  readonly pods = new Map<string, FakePod>();
  readonly budgets: FakeBudget[] = [];
  readonly workloads: FakeWorkload[] = [];
  readonly leases = new Map<string, FakeLease>();
  /** Data of ConfigMap kube-system/kubestair, while it is there. */
  debts: Readonly<Record<string, string>> | undefined;
  /** Secrets of kube-system, and what kubeadm publishes in kube-public. */
  readonly secrets = new Map<string, Labels>();
  clusterInfo = '';
  /** Aggregated APIs by name, and whether they are Available. */
  readonly apiServices = new Map<string, boolean>();
  /** Webhooks by the name of their configuration and Service, and how many endpoints are ready. */
  readonly webhooks = new Map<string, number>();
  readonly requests: string[] = [];
  /** May throw for a request before it is done, or after it was done. */
  fault: (request: string, when: 'before' | 'after') => void = () => {};
  evictionsAtOnce = 0;
  private running = 0;
  private serial = 0;
  private readonly becomesReady = new Map<string, number>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  addNode(name: string, over: Partial<FakeNode> = {}): FakeNode {
    const node: FakeNode = {
      name,
      kubelet: 'v1.35.4',
      ready: true,
      unschedulable: false,
      annotations: {},
      version: 1,
      labels: {},
      taints: [],
      address: '10.0.0.1',
      bootId: 'boot-1',
      ...over,
    };
    this.nodes.set(name, node);
    return node;
  }

  addPod(name: string, node: string, over: Partial<FakePod> = {}): FakePod {
    this.serial += 1;
    const pod: FakePod = {
      namespace: 'default',
      name,
      uid: `uid-${this.serial}`,
      node,
      labels: {},
      owner: 'ReplicaSet/web-1',
      annotations: {},
      volumes: [],
      tolerations: [],
      finalizers: [],
      phase: 'Running',
      ready: true,
      ...over,
    };
    this.pods.set(pod.uid, pod);
    return pod;
  }

  /** Names of the pods on a node. */
  podsOn(node: string): readonly string[] {
    this.settle();
    return [...this.pods.values()].filter((pod) => pod.node === node).map(({ name }) => name);
  }

  get kube(): Kube {
    return {
      server: 'fake:6443',
      context: 'fake',
      stream: () => Promise.reject(new Error('no streams here')),
      request: async (request) => {
        request.signal?.throwIfAborted();
        const line = `${request.method ?? 'GET'} ${request.path.split('?')[0]}`;
        this.requests.push(line);
        this.fault(line, 'before');
        this.settle();
        this.running += 1;
        if (line.endsWith('/eviction')) this.evictionsAtOnce = Math.max(this.evictionsAtOnce, this.running);
        await Promise.resolve();
        this.running -= 1;
        const answer = this.answer(request);
        this.fault(line, 'after');
        return structuredClone(answer);
      },
    };
  }

  // What controllers and kubelets have done since the last look.
  private settle(): void {
    const now = this.clock.monotonic();
    for (const pod of this.pods.values()) {
      if (
        pod.deletedAt === undefined ||
        pod.finalizers.length > 0 ||
        now - pod.deletedAt < LEAVES_MILLISECONDS
      )
        continue;
      this.pods.delete(pod.uid);
      if (pod.owner !== '') this.replace(pod);
    }
    for (const [uid, at] of this.becomesReady) {
      const pod = this.pods.get(uid);
      if (pod !== undefined && at <= now) pod.ready = true;
    }
  }

  private replace(gone: FakePod): void {
    const node = [...this.nodes.values()].find(
      ({ unschedulable, ready, taints }) => !unschedulable && ready && taints.length === 0,
    );
    const name = gone.owner.startsWith('StatefulSet/') ? gone.name : `${gone.name}x`;
    const pod = this.addPod(name, node?.name ?? '', {
      ...gone,
      uid: `uid-${this.serial + 1}`,
      name,
      node: node?.name ?? '',
      ready: false,
    });
    delete pod.deletedAt;
    if (node !== undefined) this.becomesReady.set(pod.uid, this.clock.monotonic() + READY_MILLISECONDS);
  }

  private answer({ method = 'GET', path, body }: KubeRequest): unknown {
    const { pathname, searchParams } = new URL(path, 'http://fake');
    const parts = pathname.split('/').slice(1);
    const nodeName = /^\/api\/v1\/nodes\/([^/]+)$/.exec(pathname)?.[1];
    if (nodeName !== undefined && method === 'DELETE') return this.deleteNode(nodeName);
    if (nodeName !== undefined)
      return method === 'PATCH' ? this.patchNode(nodeName, body) : nodeObject(this.node(nodeName));
    if (pathname === '/api/v1/nodes') return { items: [...this.nodes.values()].map(nodeObject) };
    if (pathname === '/api/v1/pods') {
      const node = searchParams.get('fieldSelector')?.split('=')[1];
      return {
        items: [...this.pods.values()]
          .filter((pod) => node === undefined || pod.node === node)
          .map(podObject),
      };
    }
    if (pathname.endsWith('/eviction')) return this.evict(parts[3] ?? '', parts[5] ?? '', body);
    if (method === 'DELETE' && parts[4] === 'pods') return this.delete(parts[3] ?? '', parts[5] ?? '', body);
    if (pathname.endsWith('/poddisruptionbudgets'))
      return { items: this.budgets.map((budget) => this.budgetObject(budget)) };
    const workload = /^\/apis\/apps\/v1\/(deployments|statefulsets|daemonsets)$/.exec(pathname)?.[1];
    if (workload !== undefined)
      return {
        items: this.workloads
          .filter(({ kind }) => `${kind.toLowerCase()}s` === workload)
          .map((one) => this.workloadObject(one)),
      };
    if (pathname.startsWith('/api/v1/namespaces/kube-system/secrets'))
      return this.secret(method, parts[5], body);
    if (pathname === '/api/v1/namespaces/kube-public/configmaps/cluster-info')
      return { data: { kubeconfig: this.clusterInfo } };
    // No node has static pods here.
    if (pathname === '/api/v1/namespaces/kube-system/pods') return { items: [] };
    if (pathname.startsWith('/api/v1/namespaces/kube-system/configmaps'))
      return this.configMap(method, parts.length > 5, body);
    const extended = this.extension(pathname, searchParams.get('labelSelector') ?? '');
    if (extended !== undefined) return extended;
    if (pathname.includes('/replicasets/'))
      return {
        metadata: {
          name: parts[5],
          ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
        },
      };
    if (pathname.includes('/leases')) return this.lease(method, body);
    throw new KubeStatusError(404, 'NotFound', `the server could not find ${pathname}`);
  }

  private deleteNode(name: string): unknown {
    this.node(name);
    this.nodes.delete(name);
    for (const pod of [...this.pods.values()].filter(({ node }) => node === name)) this.pods.delete(pod.uid);
    return { kind: 'Status', status: 'Success' };
  }

  private secret(method: string, name: string | undefined, body: unknown): unknown {
    if (method === 'GET') {
      return {
        items: [...this.secrets].map(([key, data]) => ({
          metadata: { name: key },
          data: Object.fromEntries(
            Object.entries(data).map(([field, text]) => [field, Buffer.from(text).toString('base64')]),
          ),
        })),
      };
    }
    if (method === 'DELETE') {
      if (!this.secrets.delete(name ?? '')) throw new KubeStatusError(404, 'NotFound', 'no such Secret');
      return { kind: 'Status', status: 'Success' };
    }
    const { metadata, stringData } = body as {
      readonly metadata: { readonly name: string };
      readonly stringData: Labels;
    };
    this.secrets.set(metadata.name, stringData);
    return {};
  }

  private configMap(method: string, named: boolean, body: unknown): unknown {
    if (named && this.debts === undefined) throw new KubeStatusError(404, 'NotFound', 'no such ConfigMap');
    if (method === 'DELETE') this.debts = undefined;
    const { data } = (body ?? {}) as { readonly data?: Readonly<Record<string, string>> };
    if (data !== undefined) this.debts = data;
    return { data: this.debts };
  }

  private extension(pathname: string, labels: string): unknown {
    if (pathname.endsWith('/apiservices')) {
      return {
        items: [...this.apiServices].map(([name, available]) => ({
          metadata: { name },
          spec: { service: {} },
          status: {
            conditions: [{ type: 'Available', status: available ? 'True' : 'False', reason: 'Why' }],
          },
        })),
      };
    }
    if (pathname.endsWith('/validatingwebhookconfigurations')) {
      return {
        items: [...this.webhooks.keys()].map((name) => ({
          metadata: { name },
          webhooks: [
            { name: `${name}.example.com`, clientConfig: { service: { namespace: 'guard', name } } },
          ],
        })),
      };
    }
    if (pathname.endsWith('/mutatingwebhookconfigurations')) return { items: [] };
    if (pathname.endsWith('/endpointslices')) {
      const ready = this.webhooks.get(labels.split('=')[1] ?? '') ?? 0;
      return { items: [{ endpoints: Array.from({ length: ready }, () => ({ nodeName: 'w1' })) }] };
    }
    if (pathname.startsWith('/api/v1/namespaces/guard')) return { metadata: { name: 'guard' }, spec: {} };
    return undefined;
  }

  private node(name: string): FakeNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new KubeStatusError(404, 'NotFound', `nodes "${name}" not found`);
    return node;
  }

  private patchNode(name: string, body: unknown): unknown {
    const node = this.node(name);
    const patch = body as {
      metadata: {
        resourceVersion?: string;
        annotations?: Record<string, string | null>;
        labels?: Record<string, string>;
      };
      spec?: { unschedulable?: boolean | null; taints?: readonly FakeTaint[] };
    };
    if (
      patch.metadata.resourceVersion !== undefined &&
      patch.metadata.resourceVersion !== String(node.version)
    )
      throw conflict();
    for (const [key, value] of Object.entries(patch.metadata.annotations ?? {})) {
      if (value === null) delete node.annotations[key];
      else node.annotations[key] = value;
    }
    Object.assign(node.labels, patch.metadata.labels);
    const { spec = {} } = patch;
    if ('unschedulable' in spec) node.unschedulable = spec.unschedulable ?? false;
    node.taints = spec.taints ?? node.taints;
    node.version += 1;
    return nodeObject(node);
  }

  private evict(namespace: string, name: string, body: unknown): unknown {
    const pod = [...this.pods.values()].find((one) => one.namespace === namespace && one.name === name);
    if (pod === undefined) throw new KubeStatusError(404, 'NotFound', `pods "${name}" not found`);
    const { uid } = (body as { deleteOptions: { preconditions: { uid: string } } }).deleteOptions
      .preconditions;
    if (uid !== pod.uid) throw conflict();
    const guards = this.budgets.filter((budget) => this.guards(budget, pod));
    if (guards.length > 1) {
      throw new KubeStatusError(
        500,
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    }
    const [guard] = guards;
    if (guard !== undefined && this.healthy(guard) <= guard.minAvailable) {
      const message = `The disruption budget ${guard.name} needs ${guard.minAvailable} healthy pods and has ${this.healthy(guard)} currently`;
      throw new KubeStatusError(
        429,
        'TooManyRequests',
        "Cannot evict pod as it would violate the pod's disruption budget.",
        {
          causes: [{ reason: 'DisruptionBudget', message }],
        },
      );
    }
    pod.deletedAt ??= this.clock.monotonic();
    return { kind: 'Status', status: 'Success' };
  }

  private delete(namespace: string, name: string, body: unknown): unknown {
    const pod = [...this.pods.values()].find((one) => one.namespace === namespace && one.name === name);
    if (pod === undefined) throw new KubeStatusError(404, 'NotFound', `pods "${name}" not found`);
    if ((body as { preconditions: { uid: string } }).preconditions.uid !== pod.uid) throw conflict();
    pod.deletedAt ??= this.clock.monotonic();
    return podObject(pod);
  }

  private guards({ matchLabels }: FakeBudget, { labels }: FakePod): boolean {
    return selects({ matchLabels }, labels);
  }

  private healthy(budget: FakeBudget): number {
    return [...this.pods.values()].filter(
      (pod) => this.guards(budget, pod) && pod.ready && pod.deletedAt === undefined,
    ).length;
  }

  private budgetObject(budget: FakeBudget): unknown {
    return {
      metadata: { name: budget.name, namespace: budget.namespace ?? 'default' },
      spec: { selector: { matchLabels: budget.matchLabels } },
      status: {
        currentHealthy: this.healthy(budget),
        desiredHealthy: budget.minAvailable,
        disruptionsAllowed: Math.max(0, this.healthy(budget) - budget.minAvailable),
      },
    };
  }

  private workloadObject({ kind, name, replicas }: FakeWorkload): unknown {
    const ready = [...this.pods.values()].filter(
      (pod) => pod.labels.app === name && pod.ready && pod.deletedAt === undefined,
    ).length;
    const status =
      kind === 'DaemonSet'
        ? { desiredNumberScheduled: replicas, numberAvailable: ready }
        : { availableReplicas: ready };
    return {
      metadata: { name, namespace: 'default', generation: 1 },
      spec: { replicas },
      status: { observedGeneration: 1, ...status },
    };
  }

  private lease(method: string, body: unknown): unknown {
    const found = this.leases.get('kubestair');
    const given = body as
      | {
          metadata: { resourceVersion?: string; annotations?: Record<string, string> };
          spec: Record<string, unknown>;
        }
      | undefined;
    if (method === 'GET' && found === undefined)
      throw new KubeStatusError(404, 'NotFound', 'leases "kubestair" not found');
    if (method === 'POST' && found !== undefined)
      throw new KubeStatusError(409, 'AlreadyExists', 'leases "kubestair" already exists');
    if (method === 'PUT' && given?.metadata.resourceVersion !== String(found?.version)) throw conflict();
    if (method !== 'GET' && given !== undefined)
      this.leases.set('kubestair', {
        version: (found?.version ?? 0) + 1,
        spec: given.spec,
        annotations: given.metadata.annotations ?? {},
      });
    const now = this.leases.get('kubestair');
    return {
      metadata: {
        name: 'kubestair',
        namespace: 'kube-system',
        resourceVersion: String(now?.version),
        annotations: now?.annotations,
      },
      spec: now?.spec,
    };
  }
}

/** An API server that does not answer. */
export function refused(): KubestairError {
  return new KubestairError('KUBE_UNREACHABLE', 'connect ECONNREFUSED 10.0.0.1:6443');
}

function conflict(): KubeStatusError {
  return new KubeStatusError(
    409,
    'Conflict',
    'the object has been modified; please apply your changes to the latest version',
  );
}

function nodeObject({ name, kubelet, ready, unschedulable, version, ...node }: FakeNode): unknown {
  const { annotations, labels, taints, address, bootId, why } = node;
  return {
    metadata: { name, annotations, labels, resourceVersion: String(version) },
    spec: { unschedulable, taints },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', ...why }],
      addresses: [{ type: 'InternalIP', address }],
      nodeInfo: { kubeletVersion: kubelet, bootID: bootId },
    },
  };
}

function podObject(pod: FakePod): unknown {
  const [kind, owner] = pod.owner.split('/');
  return {
    metadata: {
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid,
      labels: pod.labels,
      annotations: pod.annotations,
      finalizers: pod.finalizers,
      ...(pod.owner !== '' && { ownerReferences: [{ kind, name: owner, controller: true }] }),
      ...(pod.deletedAt !== undefined && { deletionTimestamp: new Date(pod.deletedAt).toISOString() }),
    },
    spec: { nodeName: pod.node, volumes: pod.volumes, tolerations: pod.tolerations },
    status: { phase: pod.phase, conditions: [{ type: 'Ready', status: pod.ready ? 'True' : 'False' }] },
  };
}
