import { type Known, known } from '../cluster/known.ts';
import type {
  ControlPlaneComponent,
  HostObservation,
  NodeObservation,
  Observation,
  PackageName,
  VersionText,
} from '../cluster/observation.ts';
import type { Hop, Step } from './plan.ts';

/** The nodes that a hop brings to its version: `control-plane` leaves the workers for a later hop. */
export type HopScope = 'all' | 'control-plane';

/**
 * What will be once a hop is done, so that the steps of the next one can be made before. etcd's own version is left as it is:
 * which one a release brings is known only to its kubeadm.
 */
export function project(observation: Observation, hop: Hop, scope: HopScope = 'all'): Observation {
  return {
    ...observation,
    configuredVersion: known(hop.to),
    apiServerVersion: hop.to,
    nodes: observation.nodes.map((node) => {
      const after = withControlPlane(withProxy(node, hop.to), hop.to);
      return scope === 'all' || node.role === 'control-plane' ? withKubelet(after, hop.to) : after;
    }),
  };
}

/** What will be once one step is done, as far as versions go. */
export function advance(observation: Observation, step: Step): Observation {
  return statesDuring(observation, step).at(-1) ?? observation;
}

/**
 * The states that one step brings about, one after the other, as far as versions go; none where it changes no version. kubeadm swaps
 * API server, controller manager and scheduler in this order (phases/upgrade/staticpods.go), and kube-proxy follows with the last
 * API server (phases/upgrade/postupgrade.go, PerformAddonsUpgrade).
 */
export function statesDuring(observation: Observation, { kind, node, hop }: Step): readonly Observation[] {
  switch (kind) {
    case 'control-plane': {
      const swapped = SWAPS.map((names) =>
        withNode(observation, node, (each) => withControlPlane(each, hop.to, names)),
      );
      const after: Observation = { ...(swapped.at(-1) ?? observation), configuredVersion: known(hop.to) };
      const last = after.nodes.every((each) => each.role === 'worker' || isAt(each, hop.to));
      if (!last) return [...swapped.slice(0, -1), after];
      return [...swapped, { ...after, nodes: after.nodes.map((each) => withProxy(each, hop.to)) }];
    }
    case 'kubelet':
      return [withNode(observation, node, (each) => withKubelet(each, hop.to))];
    case 'backup':
    case 'stage':
    case 'node-config':
    case 'drain':
    case 'ready':
    case 'uncordon':
    case 'settle':
    case 'join':
    case 'carry-over':
    case 'reset':
    case 'remove':
    case 'quorum':
    case 'prepare':
    case 'system':
    case 'reboot':
    case 'close':
    case 'gate':
    case 'hook':
      return [];
  }
}

type KubernetesComponent = Exclude<ControlPlaneComponent, 'etcd'>;

const KUBERNETES_COMPONENTS: readonly KubernetesComponent[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
];

const SWAPS = KUBERNETES_COMPONENTS.map((_, index) => KUBERNETES_COMPONENTS.slice(0, index + 1));

function withNode(
  observation: Observation,
  name: string | undefined,
  change: (node: NodeObservation) => NodeObservation,
): Observation {
  return {
    ...observation,
    nodes: observation.nodes.map((each) => (each.name === name ? change(each) : each)),
  };
}

function isAt({ components }: NodeObservation, version: VersionText): boolean {
  return components.known && components.value['kube-apiserver'] === version;
}

function withControlPlane(
  node: NodeObservation,
  version: VersionText,
  names: readonly KubernetesComponent[] = KUBERNETES_COMPONENTS,
): NodeObservation {
  if (node.role === 'worker' || !node.components.known) return node;
  const changed = Object.fromEntries(names.map((name) => [name, version]));
  return { ...node, components: known({ ...node.components.value, ...changed }) };
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
