import type { NodeObservation } from '../cluster/observation.ts';
import type { Step } from '../plan/plan.ts';
import type { Kube } from '../ports/kube.ts';
import type { HostPlace, Provider } from '../providers/provider.ts';
import { clusterQuestions } from './cluster-questions.ts';
import type { Question } from './gather.ts';

export interface DossierDeps {
  readonly kube: Kube;
  readonly provider: Pick<Provider, 'traces' | 'observeEtcd'>;
  /** As they were seen when the run began: the API server may be what is down. */
  readonly nodes: readonly NodeObservation[];
}

/** A rollout that stopped everywhere stopped for one reason. */
const mostNodes = 3;

/** What tells why steps stopped: their units and kubelets on the hosts, the cluster, etcd. */
export function questionsAbout(
  stopped: readonly Step[],
  { kube, provider, nodes }: DossierDeps,
): readonly Question[] {
  const placed = stopped.flatMap((step) => {
    const node = placeOf(step, nodes);
    return node === undefined ? [] : [{ step, node }];
  });
  const shown = placed.slice(0, mostNodes);
  // A step of the whole cluster waits for what runs on its control planes.
  const hosts = shown.length > 0 ? shown : controlPlanes(nodes).map((node) => ({ node, step: undefined }));
  return [
    ...hosts.map(
      ({ step, node }): Question => ({
        title: `Host ${node.name}: ${step === undefined ? '' : 'the unit of the step, '}kubelet and disks`,
        ask: (signal) => provider.traces(node, step, signal),
      }),
    ),
    {
      title: 'etcd',
      ask: async (signal) => {
        const etcd = await provider.observeEtcd(nodes, signal);
        if (!etcd.known) return `unknown: ${etcd.reason}`;
        const members = etcd.value.members.map(
          ({ name, healthy, leader, learner, version, dbSizeBytes }) =>
            `${name} ${healthy ? 'healthy' : 'UNHEALTHY'}${leader ? ', leader' : ''}${learner ? ', learner' : ''}, ${version}, ${dbSizeBytes} bytes`,
        );
        return [...members, ...etcd.value.alarms.map((alarm) => `alarm ${alarm}`)].join('\n');
      },
    },
    ...clusterQuestions(kube, [...new Set(shown.map(({ node }) => node.name))]),
  ];
}

/** A host that is no node says in its steps where it is. */
function placeOf({ node, address }: Step, nodes: readonly NodeObservation[]): HostPlace | undefined {
  if (node !== undefined && address !== undefined) return { name: node, address };
  return nodes.find(({ name }) => name === node);
}

function controlPlanes(nodes: readonly NodeObservation[]): readonly NodeObservation[] {
  return nodes.filter(({ role }) => role === 'control-plane').slice(0, mostNodes);
}
