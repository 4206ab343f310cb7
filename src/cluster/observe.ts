import pLimit from 'p-limit';
import type { AccessConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import type { Kube } from '../ports/kube.ts';
import type { Provider } from '../providers/provider.ts';
import { get, listAll, listWhole, METADATA_ONLY } from './api.ts';
import { PLAN_GRANTS } from './grants.ts';
import { isHostPod } from './host-pods.ts';
import { unknown } from './known.ts';
import { type PodContext, toBudget, toNode, toPod, toVolume } from './mapping.ts';
import type {
  MetadataObject,
  NamespaceObject,
  NodeObject,
  PersistentVolumeObject,
  PodDisruptionBudgetObject,
  PodObject,
  VersionInfo,
} from './objects.ts';
import type { BudgetObservation, NodeObservation, Observation, PodObservation } from './observation.ts';
import { readKubeletConfig } from './observe-kubelet-config.ts';
import { readOwed } from './owed.ts';
import { type Owners, type Top, topOfController } from './owners.ts';
import { openReads, type Reads } from './reads.ts';
import type { VolumePlace } from './scheduling.ts';
import { openShared } from './shared.ts';
import { readVersion } from './version.ts';

/** More SSH connections at once would gain little and trip sshd's MaxStartups. */
const HOSTS_AT_ONCE = 8;

export interface ObserveInput {
  readonly kube: Kube;
  readonly provider: Pick<Provider, 'configuredVersion' | 'observeHost' | 'observeEtcd'>;
  readonly access: AccessConfig;
  /** The pod that this process runs in, if it runs in one: `namespace/name` or `name`. */
  readonly ownPod?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads everything that a plan is made from. What a host or etcd does not tell comes back unknown, what the API refuses unread;
 * without its version and its nodes there is nothing to plan.
 * @throws KubestairError KUBE_CONTEXT for another cluster than the file means, CLUSTER_UNSUPPORTED, KUBE_REQUEST, and what the port throws
 */
export async function observe({
  kube,
  provider,
  access,
  ownPod,
  signal,
}: ObserveInput): Promise<Observation> {
  const clusterUid = await readClusterUid(kube, access.clusterUid, signal);
  const reads = openReads();
  const [version, nodeObjects, pods, budgets] = await Promise.all([
    get<VersionInfo>(kube, '/version', { signal }),
    listWhole<NodeObject>(kube, '/api/v1/nodes', signal),
    readPods(kube, reads, ownPod, signal),
    readBudgets(kube, reads, signal),
  ]);
  const apiServerVersion = readVersion(version.gitVersion, { object: `API server ${kube.server}` });
  const bare = nodeObjects.map((node) =>
    toNode(node, pods.system.get(node.metadata.name) ?? [], access.ssh.addresses[node.metadata.name]),
  );
  const nodes = await readHosts(provider, bare, signal);
  const [configuredVersion, kubeletConfig, etcd] = await Promise.all([
    provider.configuredVersion(signal),
    readKubeletConfig(kube, signal),
    provider.observeEtcd(nodes, signal),
  ]);
  const volumes = await readVolumes(kube, reads, pods.all, signal);
  const owed = await readOwed(kube, reads, signal);
  const { unread } = reads;
  return {
    clusterUid,
    configuredVersion,
    apiServerVersion,
    kubeletConfig,
    nodes,
    etcd,
    pods: pods.all,
    budgets,
    volumes,
    extensions: unknown('it was not looked for'),
    evidence: unknown('it was not looked for'),
    unread,
    ...(owed.length > 0 && { owed }),
  };
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

async function readPods(
  kube: Kube,
  reads: Reads,
  ownPod: string | undefined,
  signal?: AbortSignal,
): Promise<Pods> {
  const daemonSets = await reads.attempt(
    PLAN_GRANTS.daemonSets,
    () => readDaemonSets(kube, signal),
    undefined,
  );
  const owners = await readOwners(kube, reads, signal);
  const context: PodContext = {
    shared: openShared(),
    ...(daemonSets !== undefined && { daemonSets }),
    ...(owners !== undefined && { owners }),
    ...(ownPod !== undefined && { ownPod }),
  };
  const all: PodObservation[] = [];
  const system: PodObject[] = [];
  const gather = async () => {
    // Mapped as they arrive: whole pods of a large cluster would take gigabytes.
    for await (const pod of listAll<PodObject>(kube, '/api/v1/pods', signal)) {
      if (isHostPod(pod.metadata)) continue;
      all.push(toPod(pod, context));
      if (pod.metadata.namespace === 'kube-system') system.push(pod);
    }
  };
  await reads.attempt(PLAN_GRANTS.pods, gather, undefined);
  return { all, system: Map.groupBy(system, (pod) => pod.spec?.nodeName ?? '') };
}

async function readDaemonSets(kube: Kube, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const sets = listAll<MetadataObject>(kube, '/apis/apps/v1/daemonsets', signal, {}, METADATA_ONLY);
  for await (const { metadata } of sets) names.add(`${metadata.namespace}/${metadata.name}`);
  return names;
}

/** @returns undefined where one kind could not be read */
async function readOwners(kube: Kube, reads: Reads, signal?: AbortSignal): Promise<Owners | undefined> {
  const owners = new Map<string, Top>();
  const gather = async (kind: string, path: string) => {
    for await (const { metadata } of listAll<MetadataObject>(kube, path, signal, {}, METADATA_ONLY)) {
      const top = topOfController(kind, metadata);
      if (top !== undefined) owners.set(...top);
    }
    return owners;
  };
  const { replicaSets, jobs } = PLAN_GRANTS;
  const sets = await reads.attempt(
    replicaSets,
    () => gather('ReplicaSet', '/apis/apps/v1/replicasets'),
    undefined,
  );
  const all = await reads.attempt(jobs, () => gather('Job', '/apis/batch/v1/jobs'), undefined);
  return sets && all;
}

/** Only where a pod mounts a claim: most clusters have thousands of volumes or none. */
async function readVolumes(
  kube: Kube,
  reads: Reads,
  pods: readonly PodObservation[],
  signal?: AbortSignal,
): Promise<Readonly<Record<string, VolumePlace>>> {
  const volumes: Record<string, VolumePlace> = {};
  if (pods.every(({ claims }) => claims === undefined)) return volumes;
  const { value } = openShared();
  const gather = async () => {
    for await (const volume of listAll<PersistentVolumeObject>(kube, '/api/v1/persistentvolumes', signal)) {
      const [claim, place] = toVolume(volume) ?? [];
      if (claim !== undefined && place !== undefined)
        volumes[claim] = { ...place, nodeTerms: value(place.nodeTerms) };
    }
  };
  await reads.attempt(PLAN_GRANTS.volumes, gather, undefined);
  return volumes;
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
