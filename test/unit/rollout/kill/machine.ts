import { known } from '../../../../src/cluster/known.ts';
import { CORDONED_BY } from '../../../../src/cluster/mapping.ts';
import type { NodeObservation, Observation, VersionText } from '../../../../src/cluster/observation.ts';
import { versionOfTag } from '../../../../src/cluster/version.ts';
import type { Step } from '../../../../src/plan/plan.ts';
import type { Host } from '../../../../src/ports/host.ts';
import { unitsAtWork } from '../../../../src/providers/kubeadm/at-work.ts';
import { isAt } from '../../../../src/providers/kubeadm/hop-state.ts';
import { raiseFence, runUnit } from '../../../../src/providers/kubeadm/unit.ts';
import { unitName } from '../../../../src/providers/kubeadm/unit-script.ts';
import type { Provider } from '../../../../src/providers/provider.ts';
import { type MemoryStore, memoryStore } from '../../backup/support/memory-store.ts';
import { controlPlane, host, cluster as observation, worker } from '../../plan/sample.ts';
import type { FakeClock } from '../clock.ts';
import { FakeCluster, type FakeNode, refused } from '../fake-cluster.ts';
import { type SimulatedHosts, simulatedHosts, type Work } from './hosts.ts';
import type { Process } from './process.ts';

const UID = '6a4e1c0e-0000-4000-8000-000000000001';
const FIRST: VersionText = 'v1.35.4';
const BUDGET = 2;

/** Everything that outlives a process: the cluster, its hosts, the store. */
export interface Machine {
  readonly cluster: FakeCluster;
  readonly hosts: SimulatedHosts;
  readonly store: MemoryStore;
  /** Backups that were finished, by the step that asked. */
  readonly backups: string[];
  /** What must never happen and did. */
  readonly violations: string[];
  observe(): Observation;
  /** The provider as a process meets it. */
  provider(process: Process): Provider;
}

/** One control plane and two workers with a guarded workload; the second worker may carry somebody else's cordon. */
export function makeMachine(clock: FakeClock, { foreignCordon = false } = {}): Machine {
  const cluster = new FakeCluster(clock);
  const violations: string[] = [];
  const staticPods = new Map<string, VersionText>([['cp1', FIRST]]);
  let configured: VersionText = FIRST;
  const names = ['cp1', 'w1', 'w2', 'w3'];
  for (const name of names) {
    cluster.addNode(name, { unschedulable: foreignCordon && name === 'w3' });
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

  const workOf = (text: string): Work => {
    const [, version = '', name = '', kind = ''] = /^(v[^/]+)\/([^/]+)\/(.+)$/.exec(text) ?? [];
    const node = cluster.nodes.get(name);
    const to = versionOfTag(version);
    if (node === undefined || to === undefined) throw new Error(`no work is known for ${text}`);
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
  const hosts = simulatedHosts(clock, workOf);
  const observe = (node: FakeNode): NodeObservation => {
    const version = versionOfTag(node.kubelet) ?? FIRST;
    const cordonedBy = node.annotations[CORDONED_BY];
    const over = {
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
    provider: (process) => {
      const hostOf = (name: string): Host => process.host(hosts.named(name));
      return {
        async isDone({ id, kind, node = '', hop: { to } }: Step) {
          const host = hostOf(node);
          await host.run('true');
          if (kind === 'kubelet')
            return isAt(versionOfTag(cluster.nodes.get(node)?.kubelet ?? '') ?? FIRST, to);
          return hosts.succeeded(node, unitName(UID, id));
        },
        async run({ id, does, node = '' }: Step, context) {
          await runUnit(
            hostOf(node),
            { name: unitName(UID, id), title: does, script: id },
            process.clock,
            context,
          );
        },
        fence: ({ name }, epoch, signal) => raiseFence(hostOf(name), epoch, signal),
        atWork: ({ name }, signal) => unitsAtWork(hostOf(name), signal),
      } as Pick<Provider, 'isDone' | 'run' | 'fence' | 'atWork'> as unknown as Provider;
    },
  };
}
