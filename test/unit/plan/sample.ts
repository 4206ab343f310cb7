import { NO_EVIDENCE } from '../../../src/cluster/evidence.ts';
import type { Extensions } from '../../../src/cluster/extensions.ts';
import type { HostFacts } from '../../../src/cluster/host-facts.ts';
import { known, unknown } from '../../../src/cluster/known.ts';
import { kubeletSettings } from '../../../src/cluster/kubelet-config.ts';
import type {
  BudgetObservation,
  EtcdObservation,
  HostObservation,
  NodeObservation,
  Observation,
  PodObservation,
  VersionText,
} from '../../../src/cluster/observation.ts';
import type { NodeScheduling, PodDemand } from '../../../src/cluster/scheduling.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import type { Hop, Step, StepKind } from '../../../src/plan/plan.ts';
import type { HopScope } from '../../../src/plan/project.ts';

/** A control-plane node at one version, `over` on top. */
export function controlPlane(
  name: string,
  version: VersionText,
  over: Partial<NodeObservation> = {},
): NodeObservation {
  return {
    ...worker(name, version),
    role: 'control-plane',
    components: known({
      'kube-apiserver': version,
      'kube-controller-manager': version,
      'kube-scheduler': version,
      etcd: '3.6.6-0',
    }),
    ...over,
  };
}

export function worker(
  name: string,
  version: VersionText,
  over: Partial<NodeObservation> = {},
): NodeObservation {
  return {
    name,
    role: 'worker',
    address: '10.0.0.1',
    kubelet: version,
    kubeProxy: known(version),
    components: unknown('a worker runs no control plane'),
    containerRuntime: 'containerd://2.2.1',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    ready: true,
    problems: [],
    unschedulable: false,
    scheduling: scheduling({ 'kubernetes.io/hostname': name }),
    host: known(host(version)),
    ...over,
  };
}

/** Room for pods of the usual kind, and no taint. */
export function scheduling(
  labels: Readonly<Record<string, string>> = {},
  over: Partial<NodeScheduling> = {},
): NodeScheduling {
  return { labels, taints: [], allocatable: { cpu: 4000, memory: 8e12, pods: 110_000 }, ...over };
}

export function host(version: VersionText, over: Partial<HostObservation> = {}): HostObservation {
  const installed = { version: `${version.slice(1)}-1.1`, held: true };
  return {
    os: 'debian 12',
    cgroup: 'v2',
    packages: { kubeadm: installed, kubelet: installed, kubectl: installed },
    repository: 'https://pkgs.k8s.io/core:/stable:',
    facts: facts(),
    ...over,
  };
}

/** Nothing that extends the API. */
export function extensions(over: Partial<Extensions> = {}): Extensions {
  return {
    webhooks: [],
    apiServices: [],
    customResources: [],
    migrations: [],
    dns: known({ versions: ['1.13.1'], plugins: [] }),
    ...over,
  };
}

/** A host with nothing to say against it. */
export function facts(over: Partial<HostFacts> = {}): HostFacts {
  const gigabytes = 50_000_000_000;
  return {
    hostname: '',
    machineId: '',
    kubeletName: '',
    kernel: '6.1.0-28-amd64',
    clockOffsetSeconds: 0,
    swaps: [],
    units: [
      { name: 'kubelet', active: true, enabled: true },
      { name: 'containerd', active: true, enabled: true },
    ],
    rebootRequired: false,
    readOnly: [],
    brokenPackages: [],
    disks: ['/var/cache/apt/archives', '/usr', '/var/lib/containerd', '/etc/kubernetes'].map((path) => ({
      path,
      mount: '/',
      freeBytes: gigabytes,
      sizeBytes: 2 * gigabytes,
      freeInodes: 1_000_000,
    })),
    etcdDataBytes: 0,
    certificates: [],
    packageKeys: [],
    kubelet: known(kubeletSettings({})),
    ...over,
  };
}

export function member(name: string, over: Partial<EtcdObservation['members'][number]> = {}) {
  return {
    id: `id-${name}`,
    name,
    learner: false,
    leader: name === 'cp1',
    version: '3.6.6',
    dbSizeBytes: 5_000_000,
    healthy: true,
    ...over,
  };
}

export function cluster(nodes: readonly NodeObservation[], over: Partial<Observation> = {}): Observation {
  const first = nodes.find(({ role }) => role === 'control-plane');
  const version = first?.kubelet ?? 'v1.35.4';
  return {
    clusterUid: '6a4e1c0e-0000-4000-8000-000000000001',
    configuredVersion: known(version),
    apiServerVersion: version,
    kubeletConfig: known(kubeletSettings({})),
    nodes,
    etcd: known({ topology: 'stacked', members: [member('cp1')], alarms: [] }),
    pods: [],
    budgets: [],
    volumes: {},
    extensions: known(extensions()),
    evidence: known(NO_EVIDENCE),
    unread: [],
    ...over,
  };
}

export function pod(name: string, node: string, over: Partial<PodObservation> = {}): PodObservation {
  const { namespace = 'default', controller } = over;
  const [kind, owner] = controller?.split('/') ?? [];
  return {
    namespace,
    name,
    node,
    phase: 'Running',
    labels: {},
    mirror: false,
    emptyDirs: [],
    ready: true,
    terminating: false,
    demand: demand(),
    ...(controller !== undefined && { workload: `${kind}/${namespace}/${owner}` }),
    ...over,
  };
}

export function demand(over: Partial<PodDemand> = {}): PodDemand {
  return {
    requests: {},
    tolerations: [],
    nodeSelector: {},
    affinity: [],
    antiAffinity: [],
    spread: [],
    hostPorts: [],
    hostPaths: [],
    devices: false,
    graceSeconds: 30,
    ...over,
  };
}

export function budget(name: string, over: Partial<BudgetObservation> = {}): BudgetObservation {
  return {
    namespace: 'default',
    name,
    disruptionsAllowed: 1,
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    rule: 'maxUnavailable: 1',
    evictsUnhealthy: false,
    selector: {},
    ...over,
  };
}

export function config(over: Partial<ClusterConfig> = {}): ClusterConfig {
  return {
    name: 'prod',
    version: 'v1.36.3',
    via: [],
    provider: 'kubeadm',
    access: { ssh: { addresses: {} } },
    backup: {
      store: 's3://acme-backups/prod',
      pathStyle: false,
      encryptTo: ['age1example'],
      plainKeys: false,
      pruneAfterBackup: false,
    },
    controlPlane: { soakSeconds: 30 },
    workers: { strategy: 'rolling', maxUnavailable: 1, order: [], perHop: true, parallel: 10 },
    drain: { timeoutSeconds: 600, deleteEmptyDir: false, force: false, onTimeout: 'stop', maxQuarantined: 1 },
    gates: { timeoutSeconds: 600, checks: [] },
    hooks: [],
    packages: {},
    defrag: { fragmentationPercent: 45, minSizeBytes: 104_857_600, pauseSeconds: 60 },
    maintenance: { packages: 'update', reboot: 'if-needed', run: [] },
    manifests: [],
    kubeadm: { ignorePreflightErrors: [] },
    windows: [],
    freeze: [],
    policy: {},
    accept: [],
    ...over,
  };
}

export const NOW = new Date('2026-11-21T12:00:00Z');

export const VERSION_AT = { file: 'clusters/prod.yaml', line: 5, column: 12 };

export function step(kind: StepKind, node: string, hop: Hop, expectedSeconds = 10): Step {
  return { id: `${hop.to}/${node}/${kind}`, kind, node, hop, does: `${kind} ${node}`, expectedSeconds };
}

/** A provider as simple as can be: control planes first, then each kubelet that is not at the target. */
export const plainProvider = {
  workersMustPass: () => false,
  steps(
    hop: Hop,
    observation: Observation,
    _config?: ClusterConfig,
    scope: HopScope = 'all',
  ): readonly Step[] {
    const nodes = observation.nodes.filter(({ role }) => scope === 'all' || role === 'control-plane');
    const servers = nodes.filter(
      ({ role, components }) =>
        role === 'control-plane' && !(components.known && components.value['kube-apiserver'] === hop.to),
    );
    const kubelets = nodes.filter(({ kubelet }) => kubelet !== hop.to);
    return [
      ...servers.map(({ name }) => step('control-plane', name, hop)),
      ...kubelets.flatMap(({ name }) => [
        step('drain', name, hop),
        step('kubelet', name, hop),
        step('uncordon', name, hop),
      ]),
    ];
  },
};

const LEVELS = ['node', 'hop', 'run'] as const;

/** A gate at each level, and a hook before and after it, which tell their names. */
export const GATES_AND_HOOKS: Pick<ClusterConfig, 'gates' | 'hooks'> = {
  gates: {
    timeoutSeconds: 120,
    checks: LEVELS.map((at) => ({
      name: at,
      at,
      probe: { kind: 'command', command: `gate ${at}` },
      timeoutSeconds: 30,
      soakSeconds: 0,
    })),
  },
  hooks: LEVELS.flatMap((at) =>
    (['before', 'after'] as const).map((when) => ({
      name: `${when}-${at}`,
      when,
      at,
      command: `${when} ${at}`,
      timeoutSeconds: 30,
    })),
  ),
};
