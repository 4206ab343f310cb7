import type { NodeObject } from './objects.ts';
import type { Taint } from './scheduling.ts';

/** What a node gets of the one whose place it takes. */
export interface Carried {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** Labels that the kubelet sets by itself. Source: k8s.io/kubernetes, pkg/kubelet/kubelet_node_status.go, initialNode and updateDefaultLabels. */
const OWN_LABELS = /^(?:kubernetes\.io\/(?:hostname|os|arch)|beta\.kubernetes\.io\/(?:os|arch))$/;

/** Annotations by which the kubelet, kubeadm, storage and network say something about one very host. */
const OWN_ANNOTATIONS =
  /^(?:[a-z.]*kubeadm\.alpha\.kubernetes\.io|node\.alpha\.kubernetes\.io|volumes\.kubernetes\.io|csi\.volume\.kubernetes\.io|alpha\.kubernetes\.io|kubectl\.kubernetes\.io|flannel\.alpha\.coreos\.com|[a-z.]*projectcalico\.org|[a-z.]*cilium\.io|k8s\.ovn\.org|kubestair\.dev)\//;

/** Taints that controllers set by what a node is like, and cordons. */
const OWN_TAINTS = /^(?:node\.kubernetes\.io|node\.cloudprovider\.kubernetes\.io|kubestair\.dev)\//;

/**
 * Labels, annotations and taints that people or their tools gave to a node. A node cannot give itself labels of
 * node-role.kubernetes.io (kubernetes/kubeadm#2509), so that they come this way too. What the new node says about itself stays, and a
 * label that names the old node is about that one.
 * @param places labels that storage drivers set, each for its own node
 */
export function carriedFrom(old: NodeObject, node: NodeObject, places: readonly string[] = []): Carried {
  const pick = (
    from: Readonly<Record<string, string>> | undefined,
    own: RegExp,
    there: Readonly<Record<string, string>> | undefined,
  ) =>
    Object.fromEntries(
      Object.entries(from ?? {}).filter(([key]) => !own.test(key) && there?.[key] === undefined),
    );
  return {
    labels: Object.fromEntries(
      Object.entries(pick(old.metadata.labels, OWN_LABELS, node.metadata.labels)).filter(
        ([key, value]) => value !== old.metadata.name && !places.includes(key),
      ),
    ),
    annotations: pick(old.metadata.annotations, OWN_ANNOTATIONS, node.metadata.annotations),
    taints: (old.spec?.taints ?? []).flatMap(({ key = '', value = '', effect = '' }) =>
      OWN_TAINTS.test(key) ? [] : [{ key, value, effect }],
    ),
  };
}
