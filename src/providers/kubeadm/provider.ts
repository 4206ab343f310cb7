import { get } from '../../cluster/api.ts';
import type { Evidence } from '../../cluster/evidence.ts';
import { PLAN_GRANTS } from '../../cluster/grants.ts';
import type { NamespaceObject } from '../../cluster/objects.ts';
import type { NodeObservation } from '../../cluster/observation.ts';
import { readable } from '../../cluster/reads.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import { attempt } from '../../evidence/attempt.ts';
import type { HostStep } from '../../plan/step-kinds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host } from '../../ports/host.ts';
import type { Kube } from '../../ports/kube.ts';
import type { OpenMetrics } from '../../ports/metrics.ts';
import { patiently } from '../../rollout/patience.ts';
import type { Provider } from '../provider.ts';
import { unitsAtWork } from './at-work.ts';
import {
  type ClusterConfiguration,
  readClusterConfiguration,
  readConfiguredVersion,
  readImageRegistry,
} from './cluster-configuration.ts';
import { workersMustPass } from './due.ts';
import { readEncryptionConfiguration } from './encryption-configuration.ts';
import { type EtcdRoutes, type OpenEtcd, routesToEtcd } from './etcd-access.ts';
import { hostFiles } from './host-files.ts';
import { isStepDone } from './is-done.ts';
import { readNode } from './live.ts';
import { lookAtHosts } from './maintenance/look.ts';
import { isMaintenanceDone, runMaintenance } from './maintenance/work.ts';
import { observeMembers, openAllMembers, openHealthyMember } from './observe-etcd.ts';
import { observeHost } from './observe-host.ts';
import { preflightHosts } from './preflight.ts';
import { preflightSpares } from './replace/preflight.ts';
import { isReplaceDone, runReplacement } from './replace/work.ts';
import { requestedApis } from './requested-apis.ts';
import { openRestorer } from './restore/restorer.ts';
import { runStep } from './run-step.ts';
import { openScratchOn, readSettings } from './scratch/open.ts';
import { clusterSettings } from './settings/cluster-settings.ts';
import { settingsOfHosts } from './settings/host-settings.ts';
import { kubeadmSteps } from './steps.ts';
import { offeredReleases } from './targets.ts';
import { hostTraces } from './traces.ts';
import { raiseFence } from './unit.ts';

export interface KubeadmDependencies {
  readonly kube: Kube;
  readonly hostOf: (node: { readonly name: string; readonly address: string }) => Host;
  readonly openEtcd: OpenEtcd;
  readonly openMetrics: OpenMetrics;
  readonly clock: Clock;
  readonly config: ClusterConfig;
}

/** Clusters made by kubeadm, with stacked or external etcd, whose hosts run Debian or Ubuntu and are reached over SSH. */
export function openKubeadm({
  kube,
  hostOf,
  openEtcd,
  openMetrics,
  clock,
  config,
}: KubeadmDependencies): Provider {
  const addresses = new Map<string, string>();
  let uid: Promise<string> | undefined;

  const hostNamed = async (name: string, signal?: AbortSignal): Promise<Host> => {
    const address = addresses.get(name) ?? (await readNode(kube, name, signal)).address;
    addresses.set(name, address);
    return hostOf({ name, address });
  };
  /** A step on what is no node says where it is. */
  const hostFor = async (
    { node, address }: Pick<HostStep, 'node' | 'address'>,
    signal?: AbortSignal,
  ): Promise<Host> =>
    address === undefined ? await hostNamed(node, signal) : hostOf({ name: node, address });
  const clusterUid = (signal?: AbortSignal): Promise<string> => {
    uid ??= get<NamespaceObject>(kube, '/api/v1/namespaces/kube-system', { signal }).then(
      ({ metadata }) => metadata.uid,
    );
    uid.catch(() => {
      uid = undefined;
    });
    return uid;
  };
  const routesOf = (
    configuration: ClusterConfiguration,
    nodes: readonly NodeObservation[],
    signal?: AbortSignal,
  ): Promise<EtcdRoutes> => {
    const hosts = nodes.filter(({ role }) => role === 'control-plane').map(hostOf);
    const topology = configuration.etcd?.external === undefined ? 'stacked' : 'external';
    return routesToEtcd(hosts, topology, openEtcd, signal);
  };

  return {
    name: 'kubeadm',
    capabilities: { etcd: true, drains: 'kubestair' },

    configuredVersion: (signal) => readConfiguredVersion(kube, signal),

    async observeHost(node, signal) {
      addresses.set(node.name, node.address);
      return observeHost(hostOf(node), clock, signal);
    },

    async observeEtcd(nodes, signal) {
      const configuration = await readable(PLAN_GRANTS.kubeadmConfig, () =>
        readClusterConfiguration(kube, signal),
      );
      if (!configuration.known) return configuration;
      return observeMembers(await routesOf(configuration.value, nodes, signal), signal);
    },

    async observeRequests(nodes, served, signal) {
      const configuration = await attempt(() => readClusterConfiguration(kube, signal), { signal });
      const own = configuration.known ? configuration.value : {};
      const ask = async (node: NodeObservation): Promise<Evidence['requests'][number]['found']> => {
        if (!node.host.known) return node.host;
        return attempt(() => requestedApis(hostOf(node), own, served, openMetrics, signal), { signal });
      };
      const servers = nodes.filter(({ role }) => role === 'control-plane');
      return Promise.all(servers.map(async (node) => ({ node: node.name, found: await ask(node) })));
    },

    async observeSettings(nodes, signal) {
      const [cluster, hosts] = await Promise.all([
        clusterSettings(kube, signal),
        settingsOfHosts(nodes, hostOf, signal),
      ]);
      return { cluster, hosts };
    },

    async openEtcd(nodes, member, signal) {
      const configuration = await readClusterConfiguration(kube, signal);
      return openHealthyMember(await routesOf(configuration, nodes, signal), member, signal);
    },

    async openMembers(nodes, signal) {
      const configuration = await readClusterConfiguration(kube, signal);
      return openAllMembers(await routesOf(configuration, nodes, signal), signal);
    },

    hostFiles: (node, signal) => hostFiles(hostOf(node), signal),

    encryptionConfiguration: (node, signal) => readEncryptionConfiguration(hostOf(node), signal),

    apiServerSettings: (nodes, signal) => readSettings(nodes.map(hostOf), signal),

    openScratch: (nodes, id, need, signal) => openScratchOn(nodes.map(hostOf), id, need, signal),

    async preflight(hops, observation, signal) {
      const registry = await readImageRegistry(kube, signal);
      const input = { hostOf, repository: config.packages.repository, registry, signal };
      return [
        ...(await preflightHosts(observation.nodes, hops, input)),
        ...(await preflightSpares(observation, hops, config, input)),
      ];
    },

    targets: (minors, { nodes }, signal) =>
      offeredReleases(minors, nodes, { hostOf, repository: config.packages.repository, signal }),

    steps: kubeadmSteps,

    workersMustPass,

    async isDone(step, signal) {
      const host = await hostFor(step, signal);
      switch (step.kind) {
        case 'join':
        case 'reset':
          return isReplaceDone({ step, host, kube }, signal);
        case 'prepare':
        case 'system':
        case 'reboot':
        case 'close':
          return isMaintenanceDone({ step, host, config: config.maintenance }, signal);
        default:
          return isStepDone({ step, host, kube, clusterUid: await clusterUid(signal) }, signal);
      }
    },

    async run(step, context) {
      const { maintenance, gates } = config;
      const { timeoutSeconds } = gates;
      const patience = { clock, signal: context.signal, seconds: timeoutSeconds };
      const [host, uidNow] = await patiently(
        () => Promise.all([hostFor(step, context.signal), clusterUid(context.signal)]),
        patience,
      );
      const work = { host, kube, clusterUid: uidNow, clock };
      switch (step.kind) {
        case 'join':
        case 'reset':
          return await runReplacement({ ...work, step, config }, context);
        case 'prepare':
        case 'system':
        case 'reboot':
        case 'close':
          return await runMaintenance({ ...work, step, config: maintenance, timeoutSeconds }, context);
        default:
          return await runStep({ ...work, step, config }, context);
      }
    },

    restorer: openRestorer({
      hostOf,
      routesFrom: (hosts, signal) => routesToEtcd(hosts, 'stacked', openEtcd, signal),
      repository: config.packages.repository,
      clock,
    }),

    observeMaintenance: (nodes, signal) => {
      for (const { name, address } of nodes) addresses.set(name, address);
      return lookAtHosts(nodes, config.maintenance, hostOf, signal);
    },

    // The UID is known by then, unless the API server was away from the beginning.
    traces: async (node, step, signal) => hostTraces(hostOf(node), await clusterUid(signal), step, signal),

    fence: (node, epoch, signal) => raiseFence(hostOf(node), epoch, signal),

    atWork: (node, signal) => unitsAtWork(hostOf(node), signal),

    async close() {},
  };
}
