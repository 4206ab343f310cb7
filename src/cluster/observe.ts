import pLimit from 'p-limit';
import type { AccessConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import type { Kube } from '../ports/kube.ts';
import type { Provider } from '../providers/provider.ts';
import { get, listAll, listWhole } from './api.ts';
import { PLAN_GRANTS } from './grants.ts';
import { toBudget, toNode, toPod } from './mapping.ts';
import type {
  DaemonSetObject,
  NamespaceObject,
  NodeObject,
  PodDisruptionBudgetObject,
  PodObject,
  VersionInfo,
} from './objects.ts';
import type { BudgetObservation, NodeObservation, Observation, PodObservation } from './observation.ts';
import { openReads, type Reads } from './reads.ts';
import { readVersion } from './version.ts';

/** More SSH connections at once would gain little and trip sshd's MaxStartups. */
const HOSTS_AT_ONCE = 8;

export interface ObserveInput {
  readonly kube: Kube;
  readonly provider: Pick<Provider, 'configuredVersion' | 'observeHost' | 'observeEtcd'>;
  readonly access: AccessConfig;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads everything that a plan is made from. What a host or etcd does not tell comes back unknown, what the API refuses unread;
 * without its version and its nodes there is nothing to plan.
 * @throws KubestairError KUBE_CONTEXT for another cluster than the file means, CLUSTER_UNSUPPORTED, KUBE_REQUEST, and what the port throws
 */
export async function observe({ kube, provider, access, signal }: ObserveInput): Promise<Observation> {
  const clusterUid = await readClusterUid(kube, access.clusterUid, signal);
  const reads = openReads();
  const [version, nodeObjects, pods, budgets] = await Promise.all([
    get<VersionInfo>(kube, '/version', { signal }),
    listWhole<NodeObject>(kube, '/api/v1/nodes', signal),
    readPods(kube, reads, signal),
    readBudgets(kube, reads, signal),
  ]);
  const apiServerVersion = readVersion(version.gitVersion, { object: `API server ${kube.server}` });
  const bare = nodeObjects.map((node) =>
    toNode(node, pods.system.get(node.metadata.name) ?? [], access.ssh.addresses[node.metadata.name]),
  );
  const nodes = await readHosts(provider, bare, signal);
  const [configuredVersion, etcd] = await Promise.all([
    provider.configuredVersion(signal),
    provider.observeEtcd(nodes, signal),
  ]);
  const { unread } = reads;
  return { clusterUid, configuredVersion, apiServerVersion, nodes, etcd, pods: pods.all, budgets, unread };
}

/**
 * The identity of the cluster behind the connection. First contact: few retries, since a wrong address should be told soon.
 * @param expected UID that the cluster file names
 * @throws KubestairError KUBE_CONTEXT
 */
export async function readClusterUid(kube: Kube, expected?: string, signal?: AbortSignal): Promise<string> {
  const path = '/api/v1/namespaces/kube-system';
  const { metadata } = await get<NamespaceObject>(kube, path, { signal, retries: 1 });
  if (expected !== undefined && expected !== metadata.uid) {
    throw new KubestairError(
      'KUBE_CONTEXT',
      `Context "${kube.context}" leads to the cluster ${metadata.uid} at ${kube.server}, but the cluster file means ${expected}`,
      {
        object: `context ${kube.context}`,
        next: 'Name the right context in spec.access.context; if the cluster was made anew, correct spec.access.clusterUid.',
      },
    );
  }
  return metadata.uid;
}

interface Pods {
  readonly all: readonly PodObservation[];
  /** Pods of kube-system by node, for the versions of static pods and kube-proxy. */
  readonly system: ReadonlyMap<string, readonly PodObject[]>;
}

async function readPods(kube: Kube, reads: Reads, signal?: AbortSignal): Promise<Pods> {
  const sets = await reads.attempt(
    PLAN_GRANTS.daemonSets,
    () => listWhole<DaemonSetObject>(kube, '/apis/apps/v1/daemonsets', signal),
    undefined,
  );
  const daemonSets = sets && new Set(sets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const all: PodObservation[] = [];
  const system: PodObject[] = [];
  const gather = async () => {
    // Mapped as they arrive: whole pods of a large cluster would take gigabytes.
    for await (const pod of listAll<PodObject>(kube, '/api/v1/pods', signal)) {
      all.push(toPod(pod, daemonSets));
      if (pod.metadata.namespace === 'kube-system') system.push(pod);
    }
  };
  await reads.attempt(PLAN_GRANTS.pods, gather, undefined);
  return { all, system: Map.groupBy(system, (pod) => pod.spec?.nodeName ?? '') };
}

async function readBudgets(
  kube: Kube,
  reads: Reads,
  signal?: AbortSignal,
): Promise<readonly BudgetObservation[]> {
  const path = '/apis/policy/v1/poddisruptionbudgets';
  const budgets = await reads.attempt(
    PLAN_GRANTS.budgets,
    () => listWhole<PodDisruptionBudgetObject>(kube, path, signal),
    [],
  );
  return budgets.map(toBudget).filter((budget) => budget !== undefined);
}

async function readHosts(
  provider: ObserveInput['provider'],
  nodes: readonly Omit<NodeObservation, 'host'>[],
  signal?: AbortSignal,
): Promise<readonly NodeObservation[]> {
  const limit = pLimit(HOSTS_AT_ONCE);
  return await Promise.all(
    nodes.map((node) => limit(async () => ({ ...node, host: await provider.observeHost(node, signal) }))),
  );
}
