import { type Known, known } from '../cluster/known.ts';
import type {
  HostObservation,
  NodeObservation,
  Observation,
  PackageName,
  VersionText,
} from '../cluster/observation.ts';
import type { Hop, Step } from './plan.ts';

/**
 * What will be once a hop is done, so that the steps of the next one can be made before. etcd's own version is left as it is:
 * which one a release brings is known only to its kubeadm.
 */
export function project(observation: Observation, hop: Hop): Observation {
  return {
    ...observation,
    configuredVersion: known(hop.to),
    apiServerVersion: hop.to,
    nodes: observation.nodes.map((node) =>
      withKubelet(withControlPlane(withProxy(node, hop.to), hop.to), hop.to),
    ),
  };
}

/**
 * What will be once one step is done, as far as versions go. kube-proxy follows with the last API server
 * (kubeadm phases/upgrade/postupgrade.go, PerformAddonsUpgrade).
 */
export function advance(observation: Observation, { kind, node, hop }: Step): Observation {
  switch (kind) {
    case 'control-plane': {
      const nodes = observation.nodes.map((each) =>
        each.name === node ? withControlPlane(each, hop.to) : each,
      );
      const last = nodes.every((each) => each.role === 'worker' || isAt(each, hop.to));
      return {
        ...observation,
        configuredVersion: known(hop.to),
        nodes: last ? nodes.map((each) => withProxy(each, hop.to)) : nodes,
      };
    }
    case 'kubelet':
      return {
        ...observation,
        nodes: observation.nodes.map((each) => (each.name === node ? withKubelet(each, hop.to) : each)),
      };
    case 'backup':
    case 'stage':
    case 'node-config':
    case 'drain':
    case 'ready':
    case 'uncordon':
    case 'settle':
      return observation;
  }
}

function isAt({ components }: NodeObservation, version: VersionText): boolean {
  return components.known && components.value['kube-apiserver'] === version;
}

function withControlPlane(node: NodeObservation, version: VersionText): NodeObservation {
  if (node.role === 'worker' || !node.components.known) return node;
  const { etcd } = node.components.value;
  return {
    ...node,
    components: known({
      'kube-apiserver': version,
      'kube-controller-manager': version,
      'kube-scheduler': version,
      etcd,
    }),
  };
}

function withKubelet(node: NodeObservation, version: VersionText): NodeObservation {
  const { cordonedBy, ...rest } = node;
  // What Kubestair cordoned it uncordons by the end of the hop; a foreign cordon stays.
  const unschedulable = cordonedBy === undefined && node.unschedulable;
  return { ...rest, unschedulable, kubelet: version, host: withPackages(node.host, version) };
}

function withProxy(node: NodeObservation, version: VersionText): NodeObservation {
  return node.kubeProxy.known ? { ...node, kubeProxy: known(version) } : node;
}

/** Revision 1.1 is that of nearly every first build on pkgs.k8s.io. */
function withPackages(host: Known<HostObservation>, version: VersionText): Known<HostObservation> {
  if (!host.known) return host;
  const packages = { ...host.value.packages };
  for (const name of Object.keys(packages) as PackageName[]) {
    if (packages[name].version !== '') packages[name] = { version: `${version.slice(1)}-1.1`, held: true };
  }
  return known({ ...host.value, packages });
}
