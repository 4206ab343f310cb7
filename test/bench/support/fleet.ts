import type { ApiServer } from '../../contract/support/api-server.ts';
import { cloneObject, type Replacements } from './clones.ts';

/** A large cluster as the API server shows it: nodes without hosts, pods without containers, as KWOK makes them. */
export interface FleetShape {
  readonly nodes: number;
  /** Spread over the nodes, in workloads of so many; besides them each node has a pod of a DaemonSet. */
  readonly pods: number;
  readonly replicas: number;
}

const NAMESPACES = 50;
const VERSION = 'v1.35.4';
const FILLED = '2026-11-21T09:00:00Z';

/** Texts of the templates, of the lengths that those of the clones have. */
export const NODE = 'node-tttt';
const TEAM = 'team-tt';
const APP = 'app-tttt';
const POD = 'ppppppp';

export async function fillFleet(api: ApiServer, { nodes, pods, replicas }: FleetShape): Promise<void> {
  await createTeams(api);
  const workloads = Math.ceil((pods - nodes) / replicas);
  await cloneObject(api, {
    path: '/api/v1/nodes',
    key: `/registry/minions/${NODE}`,
    template: nodeTemplate(),
    status: nodeStatus(),
    specPatch: { taints: null },
    from: 0,
    to: nodes,
    replacementsOf: (index) => ({ [NODE]: nodeName(index) }),
  });
  const workloadOf = (index: number): Replacements => ({
    [APP]: `app-${digits(index, 4)}`,
    [TEAM]: team(index),
  });
  await cloneObject(api, {
    path: `/apis/apps/v1/namespaces/${TEAM}/deployments`,
    key: `/registry/deployments/${TEAM}/${APP}`,
    template: deploymentTemplate(replicas),
    status: {
      observedGeneration: 1,
      replicas,
      availableReplicas: replicas,
      readyReplicas: replicas,
      updatedReplicas: replicas,
    },
    from: 0,
    to: workloads,
    replacementsOf: workloadOf,
  });
  await cloneObject(api, {
    path: `/apis/apps/v1/namespaces/${TEAM}/replicasets`,
    key: `/registry/replicasets/${TEAM}/${APP}-6d4f`,
    template: replicaSetTemplate(replicas),
    status: { observedGeneration: 1, replicas, availableReplicas: replicas, readyReplicas: replicas },
    from: 0,
    to: workloads,
    replacementsOf: workloadOf,
  });
  // Every fourth workload has a budget.
  await cloneObject(api, {
    path: `/apis/policy/v1/namespaces/${TEAM}/poddisruptionbudgets`,
    key: `/registry/poddisruptionbudgets/${TEAM}/${APP}`,
    template: {
      metadata: { name: APP },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: APP } } },
    },
    status: {
      observedGeneration: 1,
      currentHealthy: replicas,
      desiredHealthy: replicas - 1,
      disruptionsAllowed: 1,
      expectedPods: replicas,
    },
    from: 0,
    to: Math.ceil(workloads / 4),
    replacementsOf: (index) => workloadOf(index * 4),
  });
  await cloneObject(api, {
    path: `/api/v1/namespaces/${TEAM}/pods`,
    key: `/registry/pods/${TEAM}/${APP}-6d4f-${POD}`,
    template: podTemplate(`${APP}-6d4f-${POD}`, { kind: 'ReplicaSet', name: `${APP}-6d4f` }),
    status: podStatus(),
    from: 0,
    to: pods - nodes,
    replacementsOf: (index) => ({
      ...workloadOf(index % workloads),
      [POD]: digits(index, POD.length),
      [NODE]: nodeName(index % nodes),
    }),
  });
  await fillDaemons(api, nodes);
}

async function fillDaemons(api: ApiServer, nodes: number): Promise<void> {
  const daemon = { kind: 'DaemonSet', name: APP };
  await api.send('POST', `/apis/apps/v1/namespaces/${TEAM}/daemonsets`, JSON.stringify(daemonSetTemplate()));
  await cloneObject(api, {
    path: `/api/v1/namespaces/${TEAM}/pods`,
    key: `/registry/pods/${TEAM}/${APP}-${POD}`,
    template: podTemplate(`${APP}-${POD}`, daemon),
    status: podStatus(),
    from: 0,
    to: nodes,
    replacementsOf: (index) => ({ [POD]: digits(index, POD.length), [NODE]: nodeName(index) }),
  });
}

async function createTeams(api: ApiServer): Promise<void> {
  const names = [TEAM, ...Array.from({ length: NAMESPACES }, (_, index) => team(index))];
  for (const name of names) {
    await api.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name } }));
  }
  // Its admission wants one, and nobody here makes it.
  const account = JSON.stringify({ metadata: { name: 'default' } });
  await api.send('POST', `/api/v1/namespaces/${TEAM}/serviceaccounts`, account);
}

function team(index: number): string {
  return `team-${digits(index % NAMESPACES, 2)}`;
}

function nodeName(index: number): string {
  return `node-${digits(index, 4)}`;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

export function nodeTemplate(): Readonly<Record<string, unknown>> {
  const labels = {
    'kubernetes.io/hostname': NODE,
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': 'm5.xlarge',
    'topology.kubernetes.io/region': 'eu-central-1',
    'topology.kubernetes.io/zone': 'eu-central-1a',
  };
  return { metadata: { name: NODE, labels }, spec: { podCIDR: '10.0.0.0/24', providerID: `kwok://${NODE}` } };
}

export function nodeStatus(): Readonly<Record<string, unknown>> {
  const amounts = { cpu: '32', memory: '256Gi', pods: '110', 'ephemeral-storage': '1Ti' };
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
    type,
    status: type === 'Ready' ? 'True' : 'False',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: FILLED,
    lastTransitionTime: FILLED,
  }));
  const images = Array.from({ length: 20 }, (_, index) => ({
    names: [
      `registry.example.com/team/image-${index}@sha256:${'0'.repeat(64)}`,
      `registry.example.com/team/image-${index}:v1`,
    ],
    sizeBytes: 50_000_000,
  }));
  return {
    allocatable: amounts,
    capacity: amounts,
    conditions,
    images,
    addresses: [
      { type: 'InternalIP', address: '10.1.0.1' },
      { type: 'Hostname', address: NODE },
    ],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '00000000-0000-4000-8000-000000000000',
      containerRuntimeVersion: 'containerd://2.2.1',
      kernelVersion: '6.1.0-28-amd64',
      kubeProxyVersion: VERSION,
      kubeletVersion: VERSION,
      machineID: '0'.repeat(32),
      operatingSystem: 'linux',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      systemUUID: '00000000-0000-4000-8000-000000000000',
    },
  };
}

function deploymentTemplate(replicas: number): Readonly<Record<string, unknown>> {
  return { metadata: { name: APP, labels: { app: APP } }, spec: { replicas, ...workloadSpec() } };
}

function replicaSetTemplate(replicas: number): Readonly<Record<string, unknown>> {
  const metadata = {
    name: `${APP}-6d4f`,
    labels: { app: APP },
    ownerReferences: [ownerOf('Deployment', APP)],
  };
  return { metadata, spec: { replicas, ...workloadSpec() } };
}

function daemonSetTemplate(): Readonly<Record<string, unknown>> {
  return { metadata: { name: APP, labels: { app: APP } }, spec: workloadSpec() };
}

function workloadSpec(): Readonly<Record<string, unknown>> {
  return {
    selector: { matchLabels: { app: APP } },
    template: { metadata: { labels: { app: APP } }, spec: podSpec() },
  };
}

function podTemplate(
  name: string,
  owner: { readonly kind: string; readonly name: string },
): Readonly<Record<string, unknown>> {
  return {
    metadata: {
      name,
      labels: { app: APP, 'pod-template-hash': '6d4f' },
      ownerReferences: [ownerOf(owner.kind, owner.name)],
    },
    spec: { ...podSpec(), nodeName: NODE, automountServiceAccountToken: true },
  };
}

function ownerOf(kind: string, name: string): Readonly<Record<string, unknown>> {
  const uid = '11111111-0000-4000-8000-000000000000';
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function podSpec(): Readonly<Record<string, unknown>> {
  const container = (name: string): Readonly<Record<string, unknown>> => ({
    name,
    image: 'registry.example.com/team/image-1:v1',
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '1Gi' } },
    env: Array.from({ length: 8 }, (_, index) => ({ name: `SETTING_${index}`, value: `value ${index}` })),
    ports: [{ containerPort: 8080, name: 'http' }],
    readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
  });
  const affinity = {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          podAffinityTerm: {
            topologyKey: 'kubernetes.io/hostname',
            labelSelector: { matchLabels: { app: APP } },
          },
        },
      ],
    },
  };
  return {
    containers: [container('app'), { ...container('sidecar'), ports: [], readinessProbe: undefined }],
    affinity,
  };
}

function podStatus(): Readonly<Record<string, unknown>> {
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  return {
    phase: 'Running',
    startTime: FILLED,
    hostIP: '10.1.0.1',
    podIP: '10.2.0.1',
    conditions: conditions.map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: '2026-11-21T09:00:10Z',
    })),
    containerStatuses: ['app', 'sidecar'].map((name) => ({
      name,
      ready: true,
      started: true,
      restartCount: 0,
      image: 'registry.example.com/team/image-1:v1',
      imageID: `sha256:${'0'.repeat(64)}`,
      containerID: `containerd://${'0'.repeat(64)}`,
      state: { running: { startedAt: FILLED } },
    })),
  };
}
