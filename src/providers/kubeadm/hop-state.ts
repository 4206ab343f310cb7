import type {
  HostObservation,
  NodeObservation,
  Observation,
  PackageName,
  VersionText,
} from '../../cluster/observation.ts';
import { compareVersions, versionOfTag } from '../../cluster/version.ts';
import type { Hop } from '../../plan/plan.ts';

/** A node without what only its host can tell. */
export type BareNode = Omit<NodeObservation, 'host'>;

const KUBERNETES_COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** At the version or above it: a newer patch than the target is left as it is. */
export function isAt(version: VersionText, target: VersionText): boolean {
  return compareVersions(version, target) >= 0;
}

/** Whether every static pod of Kubernetes on a control plane runs the version; etcd has versions of its own. */
export function controlPlaneAt({ components }: BareNode, target: VersionText): boolean {
  if (!components.known) return false;
  return KUBERNETES_COMPONENTS.every((name) => {
    const version = versionOfTag(components.value[name]);
    return version !== undefined && isAt(version, target);
  });
}

/** A control plane with nothing left to do: its kubelet comes last, so everything before it was done. */
function controlPlaneDone(node: BareNode, target: VersionText): boolean {
  return controlPlaneAt(node, target) && isAt(node.kubelet, target);
}

/**
 * Control planes in the order in which they are upgraded: what was begun is finished first, the leader of etcd goes last so that the
 * lead moves once and not at each member, and otherwise they go by name.
 * @param leader name of the member that leads, which for a stacked etcd is its node's
 */
export function orderControlPlanes<T extends BareNode>(
  nodes: readonly T[],
  { to }: Hop,
  leader?: string,
): readonly T[] {
  const rank = (node: T) => {
    if (controlPlaneDone(node, to)) return 0;
    if (controlPlaneAt(node, to)) return 1;
    return node.name === leader ? 3 : 2;
  };
  return nodes
    .filter(({ role }) => role === 'control-plane')
    .toSorted((a, b) => rank(a) - rank(b) || byName(a, b));
}

/**
 * Whether a control plane is the first of the hop, which gets `kubeadm upgrade apply`: as long as no other one is through with
 * everything, apply may have been cut off before it wrote the cluster's configuration, and is run again.
 */
export function needsApply(
  name: string,
  nodes: readonly BareNode[],
  configured: Observation['configuredVersion'],
  { to }: Hop,
): boolean {
  const others = nodes.filter((node) => node.role === 'control-plane' && node.name !== name);
  const written = configured.known && isAt(configured.value, to);
  return !written || !others.some((node) => controlPlaneDone(node, to));
}

/** Whether the packages on a host are older than the target or not on hold; those that are not installed do not count. */
export function packagesOff({ packages }: Pick<HostObservation, 'packages'>, target: VersionText): boolean {
  const installed = (Object.keys(packages) as PackageName[]).filter((name) => packages[name].version !== '');
  const { version } = packages.kubelet;
  return (
    installed.some((name) => !packages[name].held) ||
    (version !== '' && !isAt(upstreamVersion(version), target))
  );
}

/** `v1.36.3` of the package version `1.36.3-1.1`. */
function upstreamVersion(packageVersion: string): VersionText {
  const [upstream = ''] = packageVersion.replace(/^\d+:/, '').split('-');
  return versionOfTag(upstream) ?? 'v0.0.0';
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
