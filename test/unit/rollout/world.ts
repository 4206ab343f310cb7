import { known } from '../../../src/cluster/known.ts';
import { CORDONED_BY } from '../../../src/cluster/mapping.ts';
import type { NodeObservation, VersionText } from '../../../src/cluster/observation.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import { type ApprovedPlan, approve } from '../../../src/plan/approved.ts';
import type { Hop, Plan, Step } from '../../../src/plan/plan.ts';
import { owedOfRun, owedSteps, withUserSteps } from '../../../src/plan/user-steps.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { config, controlPlane, cluster as observation, worker } from '../plan/sample.ts';
import type { FakeClock } from './clock.ts';
import { FakeCluster, type FakeNode } from './fake-cluster.ts';

const hop: Hop = { from: 'v1.35.4', to: 'v1.36.3' };

/** Three nodes with a guarded workload, and hosts that a provider changes as kubeadm would. */
export interface World {
  readonly cluster: FakeCluster;
  readonly provider: Provider;
  /** What was done to hosts, in order, as `w1/kubelet`. */
  readonly done: string[];
  /** Fewest healthy pods of the guarded workload that any request found. */
  least(): number;
  plan(): ApprovedPlan;
}

export interface WorldShape {
  readonly workers?: readonly string[];
  /** How they are taken. */
  readonly config?: ClusterConfig;
}

export function makeWorld(clock: FakeClock, shape: WorldShape = {}): World {
  const { workers = ['w1', 'w2'], config: file = config() } = shape;
  const names = ['cp1', ...workers];
  const cluster = new FakeCluster(clock);
  const staticPods = new Map<string, VersionText>([['cp1', hop.from]]);
  let configured: VersionText = hop.from;
  const done: string[] = [];
  for (const name of names) {
    cluster.addNode(name);
    cluster.addPod(`proxy-${name}`, name, { owner: 'DaemonSet/proxy', labels: { app: 'proxy' } });
    cluster.addPod(`web-${name}`, name, { labels: { app: 'web' } });
  }
  cluster.workloads.push(
    { kind: 'DaemonSet', name: 'proxy', replicas: names.length },
    { kind: 'Deployment', name: 'web', replicas: names.length },
  );
  cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 2 });
  let least = names.length;
  cluster.fault = () => {
    const healthy = [...cluster.pods.values()].filter(
      ({ labels, ready, deletedAt }) => labels.app === 'web' && ready && deletedAt === undefined,
    );
    least = Math.min(least, healthy.length);
  };

  const run = (step: Step): void => {
    const node = nodeOf(step, cluster);
    done.push(`${node.name}/${step.kind}`);
    if (step.kind === 'control-plane') {
      staticPods.set(node.name, hop.to);
      configured = hop.to;
    }
    if (step.kind === 'kubelet') {
      const prepared = node.name === 'cp1' ? 'cp1/control-plane' : `${node.name}/node-config`;
      if (!done.includes(prepared))
        throw new Error(`${node.name}: the new kubelet does not start on the old configuration`);
      const left = cluster.podsOn(node.name).filter((name) => !name.startsWith('proxy-'));
      if (!node.unschedulable || left.length > 0) throw new Error(`${node.name} is not drained`);
      node.kubelet = hop.to;
    }
  };
  const observe = (node: FakeNode): NodeObservation => {
    const version = node.kubelet as VersionText;
    const cordonedBy = node.annotations[CORDONED_BY];
    const over = { unschedulable: node.unschedulable, ...(cordonedBy !== undefined && { cordonedBy }) };
    const components = staticPods.get(node.name);
    if (components === undefined) return worker(node.name, version, over);
    return controlPlane(node.name, version, {
      ...over,
      components: controlPlane('x', components).components,
    });
  };
  return {
    cluster,
    done,
    least: () => least,
    plan() {
      const now = observation([...cluster.nodes.values()].map(observe), {
        configuredVersion: known(configured),
      });
      const own = kubeadmSteps(hop, now, file);
      const owed = (cluster.debts?.owed ?? '').split('\n');
      const late = owedSteps(owed, own, own.length > 0 ? [hop] : [], now.nodes, file);
      const rest =
        own.length > 0
          ? withUserSteps(hop, own, file, { first: true, last: true })
          : owedOfRun(owed, { from: hop.to, to: hop.to }, file);
      return approve({ steps: [...late, ...rest], findings: [], hash: 'h' } as unknown as Plan);
    },
    provider: {
      async isDone(step: Step) {
        const node = nodeOf(step, cluster);
        if (step.kind === 'kubelet') return node.kubelet === hop.to;
        return done.includes(`${node.name}/${step.kind}`);
      },
      run: async (step: Step) => run(step),
    } as unknown as Provider,
  };
}

function nodeOf({ node = '' }: Step, cluster: FakeCluster): FakeNode {
  const found = cluster.nodes.get(node);
  if (found === undefined) throw new Error(`no node ${node}`);
  return found;
}
