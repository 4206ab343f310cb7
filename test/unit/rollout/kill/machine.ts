import { known } from '../../../../src/cluster/known.ts';
import { CORDONED_BY, FREED_HOST, REPLACES } from '../../../../src/cluster/mapping.ts';
import type { NodeObservation, Observation, VersionText } from '../../../../src/cluster/observation.ts';
import { versionOfTag } from '../../../../src/cluster/version.ts';
import type { ClusterConfig } from '../../../../src/config/schema.ts';
import type { HostStep } from '../../../../src/plan/step-kinds.ts';
import type { Host } from '../../../../src/ports/host.ts';
import { unitsAtWork } from '../../../../src/providers/kubeadm/at-work.ts';
import { isAt } from '../../../../src/providers/kubeadm/hop-state.ts';
import { lookAtHosts } from '../../../../src/providers/kubeadm/maintenance/look.ts';
import { isMaintenanceDone, runMaintenance } from '../../../../src/providers/kubeadm/maintenance/work.ts';
import { isReplaceDone, runReplacement } from '../../../../src/providers/kubeadm/replace/work.ts';
import { raiseFence, runUnit } from '../../../../src/providers/kubeadm/unit.ts';
import { unitName } from '../../../../src/providers/kubeadm/unit-script.ts';
import type { Provider } from '../../../../src/providers/provider.ts';
import { type MemoryStore, memoryStore } from '../../backup/support/memory-store.ts';
import { controlPlane, host, cluster as observation, scheduling, worker } from '../../plan/sample.ts';
import type { FakeClock } from '../clock.ts';
import { FakeCluster, type FakeNode, refused } from '../fake-cluster.ts';
import { CLUSTER_INFO } from './cluster-info.ts';
import { hostStates } from './host-states.ts';
import { type SimulatedHosts, simulatedHosts, type Work } from './hosts.ts';
import type { Process } from './process.ts';

const UID = '6a4e1c0e-0000-4000-8000-000000000001';
const FIRST: VersionText = 'v1.35.4';
const BUDGET = 2;

/** Everything that outlives a process: the cluster, its hosts, the store. */
export interface Machine {
  readonly cluster: FakeCluster;
  readonly hosts: SimulatedHosts;
  /** Steps that hosts began work on, as often as they did. */
  started(): readonly string[];
  /** Hosts in the order in which they were restarted. */
  readonly restarted: readonly string[];
  readonly store: MemoryStore;
  /** Backups that were finished, by the step that asked. */
  readonly backups: string[];
  /** Tokens of joins that the cluster knows, and hosts that keep one. */
  tokens(): readonly string[];
  /** What must never happen and did. */
  readonly violations: string[];
  observe(): Observation;
  /** The provider as a process meets it. */
  provider(process: Process, config: ClusterConfig): Provider;
}

/** One control plane and two workers with a guarded workload; the second worker may carry somebody else's cordon. */
export function makeMachine(clock: FakeClock, { foreignCordon = false } = {}): Machine {
  const cluster = new FakeCluster(clock);
  const violations: string[] = [];
  cluster.clusterInfo = CLUSTER_INFO;
  const staticPods = new Map<string, VersionText>([['cp1', FIRST]]);
  let configured: VersionText = FIRST;
  const names = ['cp1', 'w1', 'w2', 'w3'];
  for (const name of names) {
    const address = `addr-${name}`;
    cluster.addNode(name, { address, unschedulable: foreignCordon && name === 'w3' });
    cluster.addPod(`proxy-${name}`, name, { owner: 'DaemonSet/proxy', labels: { app: 'proxy' } });
    if (name !== 'w3') cluster.addPod(`web-${name}`, name, { labels: { app: 'web' } });
  }
  cluster.workloads.push(
    { kind: 'DaemonSet', name: 'proxy', replicas: names.length },
    { kind: 'Deployment', name: 'web', replicas: 3 },
  );
  cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: BUDGET });
  cluster.fault = (request, when) => {
    hosts.settle();
    if (when === 'before' && hosts.isApiAway()) throw refused();
    const healthy = [...cluster.pods.values()].filter(
      ({ labels, ready, deletedAt }) => labels.app === 'web' && ready && deletedAt === undefined,
    );
    if (healthy.length < BUDGET) violations.push(`${healthy.length} healthy pods of web at ${request}`);
  };

  const states = hostStates(clock, cluster, names);
  const steps = new Map<string, HostStep>();
  const workOf = (unit: string): Work => {
    const step = steps.get(unit);
    if (step === undefined) throw new Error(`no step has the unit ${unit}`);
    const { id: text, node: name, kind, hop } = step;
    const { to } = hop;
    const effect = states.effectOf(step, violations);
    if (effect !== undefined) return { seconds: 8, effect };
    if (kind === 'stage') return { seconds: 8, effect: () => {} };
    const node = cluster.nodes.get(name);
    if (node === undefined) throw new Error(`no node is there for ${text}`);
    switch (kind) {
      case 'control-plane':
        return {
          seconds: 90,
          // Longer than a lock of a dead run is waited for.
          apiAway: [10, 80],
          effect: () => {
            staticPods.set(name, to);
            configured = to;
          },
        };
      case 'kubelet': {
        const left = cluster.podsOn(name).filter((pod) => !pod.startsWith('proxy-'));
        if (!node.unschedulable || left.length > 0) violations.push(`${text} although ${left} is there`);
        return {
          seconds: 5,
          effect: () => {
            node.kubelet = to;
          },
        };
      }
      default:
        return { seconds: 8, effect: () => {} };
    }
  };
  const hosts = simulatedHosts(clock, workOf, states.answer);
  const observe = (node: FakeNode): NodeObservation => {
    const version = versionOfTag(node.kubelet) ?? FIRST;
    const cordonedBy = node.annotations[CORDONED_BY];
    const over = {
      address: node.address,
      ...hostIn('replaces', node.annotations[REPLACES]),
      ...hostIn('freed', node.annotations[FREED_HOST]),
      scheduling: scheduling(node.labels, { taints: node.taints.map((taint) => ({ ...taint, value: '' })) }),
      unschedulable: node.unschedulable,
      host: known(host(version)),
      ...(cordonedBy !== undefined && { cordonedBy }),
    };
    const components = staticPods.get(node.name);
    if (components === undefined) return { ...worker(node.name, version), ...over };
    return {
      ...controlPlane(node.name, version),
      ...over,
      components: controlPlane('x', components).components,
    };
  };
  return {
    cluster,
    hosts,
    started: () => hosts.started.map((unit) => steps.get(unit)?.id ?? unit),
    restarted: states.restarted,
    store: memoryStore(),
    backups: [],
    violations,
    observe() {
      if (hosts.isApiAway()) throw refused();
      const nodes = [...cluster.nodes.values()].map(observe);
      const owed = (cluster.debts?.owed ?? '').split('\n').filter((scope) => scope !== '');
      return observation(nodes, {
        configuredVersion: known(configured),
        apiServerVersion: configured,
        ...(owed.length > 0 && { owed }),
      });
    },
    provider: (process, config) => {
      const hostOf = (name: string): Host => process.host(hosts.named(name));
      const kube = process.kube(cluster.kube);
      const { maintenance } = config;
      const { clock: own } = process;
      return {
        async isDone(step: HostStep, signal) {
          const { id, kind, node, hop } = step;
          const host = hostOf(node);
          switch (step.kind) {
            case 'join':
            case 'reset':
              return await isReplaceDone({ step, host, kube }, signal);
            case 'prepare':
            case 'system':
            case 'reboot':
            case 'close':
              return await isMaintenanceDone({ step, host, config: maintenance }, signal);
            default:
              await host.run('true');
              if (kind === 'kubelet')
                return isAt(versionOfTag(cluster.nodes.get(node)?.kubelet ?? '') ?? FIRST, hop.to);
              return hosts.succeeded(node, unitName(UID, id));
          }
        },
        async run(step: HostStep, context) {
          const { id, does, node } = step;
          steps.set(unitName(UID, id), step);
          const host = hostOf(node);
          const work = { host, kube, clusterUid: UID, clock: own };
          switch (step.kind) {
            case 'join':
            case 'reset':
              return await runReplacement({ ...work, step, config }, context);
            case 'prepare':
            case 'system':
            case 'reboot':
            case 'close':
              return await runMaintenance(
                { ...work, step, config: maintenance, timeoutSeconds: config.gates.timeoutSeconds },
                context,
              );
            default:
              await runUnit(host, { name: unitName(UID, id), title: does, script: id }, own, context);
          }
        },
        observeMaintenance: (nodes, signal) =>
          lookAtHosts(nodes, maintenance, ({ name }) => hostOf(name), signal),
        fence: ({ name }, epoch, signal) => raiseFence(hostOf(name), epoch, signal),
        atWork: ({ name }, signal) => unitsAtWork(hostOf(name), signal),
      } as Pick<
        Provider,
        'isDone' | 'run' | 'fence' | 'atWork' | 'observeMaintenance'
      > as unknown as Provider;
    },
    tokens: () => [...cluster.secrets.keys(), ...states.tokenFiles()],
  };
}

function hostIn(key: 'replaces' | 'freed', text: string | undefined): Partial<NodeObservation> {
  const [name, address] = text?.split(' ') ?? [];
  return name === undefined || address === undefined ? {} : { [key]: { name, address } };
}
