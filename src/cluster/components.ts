import type { NodeObservation, Observation } from './observation.ts';
import type { SkewComponent } from './skew.ts';
import { versionOfTag } from './version.ts';

const KUBERNETES_COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Every component of a cluster that the version skew policy speaks of, as far as it was observed. */
export function componentsOf(observation: Observation): readonly SkewComponent[] {
  const components = observation.nodes.flatMap(componentsOfNode);
  if (components.some(({ kind }) => kind === 'kube-apiserver')) return components;
  const server: SkewComponent = {
    kind: 'kube-apiserver',
    object: 'API server',
    version: observation.apiServerVersion,
    talksTo: 'local',
  };
  return [server, ...components];
}

/**
 * The components on one node. On a kubeadm control-plane node everything talks to the API server beside it:
 * controller manager and scheduler by their kubeconfig (kubeadm phases/kubeconfig, getKubeConfigSpecsBase), the kubelet
 * by ControlPlaneKubeletLocalMode (on since 1.33, locked since 1.35), which an upgrade also sets (phases/upgrade/postupgrade.go).
 */
export function componentsOfNode(node: NodeObservation): readonly SkewComponent[] {
  const controlPlane = node.role === 'control-plane';
  const kubelet: SkewComponent = {
    kind: 'kubelet',
    object: `Node/${node.name}`,
    node: node.name,
    version: node.kubelet,
    talksTo: controlPlane ? 'local' : 'any',
  };
  return [...staticPodsOf(node), kubelet, ...proxyOf(node), ...kubectlOf(node)];
}

/** kubectl as people find it on the host. */
function kubectlOf({ name, host }: NodeObservation): readonly SkewComponent[] {
  if (!host.known) return [];
  const version = versionOfTag(
    host.value.packages.kubectl.version.replace(/^\d+:/, '').replace(/-[^-]*$/, ''),
  );
  if (version === undefined) return [];
  return [{ kind: 'kubectl', object: `kubectl on ${name}`, node: name, version, talksTo: 'any' }];
}

function staticPodsOf(node: NodeObservation): readonly SkewComponent[] {
  const { components } = node;
  if (!components.known) return [];
  return KUBERNETES_COMPONENTS.flatMap((kind) => {
    const version = versionOfTag(components.value[kind]);
    if (version === undefined) return [];
    return [
      {
        kind,
        object: `Pod/kube-system/${kind}-${node.name}`,
        node: node.name,
        version,
        talksTo: 'local' as const,
      },
    ];
  });
}

function proxyOf(node: NodeObservation): readonly SkewComponent[] {
  if (!node.kubeProxy.known) return [];
  return [
    {
      kind: 'kube-proxy',
      object: `DaemonSet/kube-system/kube-proxy on ${node.name}`,
      node: node.name,
      version: node.kubeProxy.value,
      talksTo: 'any',
    },
  ];
}
