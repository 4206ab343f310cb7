import { type Known, known, unknown } from './known.ts';
import type { NodeObject, ObjectMeta, PodDisruptionBudgetObject, PodObject } from './objects.ts';
import type {
  BudgetObservation,
  ControlPlaneComponent,
  NodeObservation,
  NodeRole,
  PodObservation,
  VersionText,
} from './observation.ts';
import { readVersion, versionOfTag } from './version.ts';

/** Annotation of a node that Kubestair cordoned: the id of the run that did. */
export const CORDONED_BY = 'kubestair.dev/cordoned-by';

/** Set by the kubelet on the API's image of a static pod. Source: k8s.io/api/core/v1, MirrorPodAnnotationKey. */
const MIRROR_POD = 'kubernetes.io/config.mirror';

const CONTROL_PLANE_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** Conditions that are bad when True. Source: k8s.io/api/core/v1, NodeConditionType. */
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

const NO_COMPONENTS: Readonly<Record<ControlPlaneComponent, string>> = {
  'kube-apiserver': '',
  'kube-controller-manager': '',
  'kube-scheduler': '',
  etcd: '',
};

/**
 * A node without what only its host can tell.
 * @param systemPods pods of kube-system that run on this node
 * @param address where the host is reached, if the cluster file says so
 * @throws KubestairError CLUSTER_UNSUPPORTED for a node of a vendor's Kubernetes
 */
export function toNode(
  node: NodeObject,
  systemPods: readonly PodObject[],
  address: string | undefined,
): Omit<NodeObservation, 'host'> {
  const { name, annotations } = node.metadata;
  const info = node.status?.nodeInfo;
  const role = roleOf(node.metadata);
  const problems = problemsOf(node);
  const cordonedBy = annotations?.[CORDONED_BY];
  return {
    name,
    role,
    address: address ?? addressOf(node),
    kubelet: readVersion(info?.kubeletVersion ?? '', { object: `Node/${name}` }),
    kubeProxy: kubeProxyOf(systemPods),
    components:
      role === 'control-plane' ? componentTags(systemPods) : unknown('a worker runs no control plane'),
    containerRuntime: info?.containerRuntimeVersion ?? '',
    osImage: info?.osImage ?? '',
    ready: !problems.some((problem) => problem.startsWith('Ready=')),
    problems,
    unschedulable: node.spec?.unschedulable ?? false,
    ...(cordonedBy === undefined ? {} : { cordonedBy }),
  };
}

/** @param daemonSets existing DaemonSets as `namespace/name`; absent where they could not be read: then none is taken for gone */
export function toPod(pod: PodObject, daemonSets: ReadonlySet<string> | undefined): PodObservation {
  const { metadata, spec, status } = pod;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  const orphan =
    controller?.kind === 'DaemonSet' &&
    daemonSets !== undefined &&
    !daemonSets.has(`${metadata.namespace}/${controller.name}`);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    node: spec?.nodeName ?? '',
    phase: status?.phase ?? 'Unknown',
    labels: metadata.labels ?? {},
    ...(controller === undefined ? {} : { controller: `${controller.kind}/${controller.name}` }),
    ...(orphan && { orphan }),
    mirror: metadata.annotations?.[MIRROR_POD] !== undefined,
    emptyDirs: (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name),
    ready: (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    terminating: metadata.deletionTimestamp !== undefined,
  };
}

/** @returns undefined for a budget without a selector: it selects no pod (policy/v1, PodDisruptionBudgetSpec.selector). */
export function toBudget(budget: PodDisruptionBudgetObject): BudgetObservation | undefined {
  const { metadata, spec, status } = budget;
  if (spec?.selector === undefined || spec.selector === null) return undefined;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    currentHealthy: status?.currentHealthy ?? 0,
    desiredHealthy: status?.desiredHealthy ?? 0,
    expectedPods: status?.expectedPods ?? 0,
    selector: spec.selector,
  };
}

/** The tag of an image, without registry and digest; undefined for an image named by its digest alone. */
export function tagOf(image: string): string | undefined {
  const [name = ''] = image.split('@');
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon < 0 ? undefined : last.slice(colon + 1);
}

function roleOf({ labels }: ObjectMeta): NodeRole {
  return CONTROL_PLANE_LABELS.some((label) => labels?.[label] !== undefined) ? 'control-plane' : 'worker';
}

function addressOf(node: NodeObject): string {
  const addresses = node.status?.addresses ?? [];
  const internal =
    addresses.find(({ type }) => type === 'InternalIP') ?? addresses.find(({ type }) => type === 'Hostname');
  return internal?.address ?? node.metadata.name;
}

function problemsOf(node: NodeObject): readonly string[] {
  const conditions = node.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
  const pressures = conditions.filter(({ type, status }) => PRESSURES.includes(type) && status === 'True');
  return [
    ...(ready === 'True' ? [] : [`Ready=${ready}`]),
    ...pressures.map(({ type, status }) => `${type}=${status}`),
  ];
}

/** Static pods carry the labels of kubeadm's util/staticpod/utils.go, ComponentPod; without etcd here it is external and its tag empty. */
function componentTags(pods: readonly PodObject[]): Known<Readonly<Record<ControlPlaneComponent, string>>> {
  const tags = { ...NO_COMPONENTS };
  for (const component of Object.keys(NO_COMPONENTS) as ControlPlaneComponent[]) {
    const pod = pods.find(
      ({ metadata }) => metadata.labels?.tier === 'control-plane' && metadata.labels.component === component,
    );
    const image = pod?.spec?.containers?.find(({ name }) => name === component)?.image;
    const tag = image === undefined ? undefined : tagOf(image);
    if (tag !== undefined) tags[component] = tag;
    else if (pod !== undefined || component !== 'etcd')
      return unknown(`${component} runs as no static pod with an image tag here`);
  }
  return known(tags);
}

function kubeProxyOf(pods: readonly PodObject[]): Known<VersionText> {
  const pod = pods.find(
    ({ metadata }) =>
      metadata.labels?.['k8s-app'] === 'kube-proxy' && metadata.deletionTimestamp === undefined,
  );
  const image = pod?.spec?.containers?.find(({ name }) => name === 'kube-proxy')?.image;
  if (image === undefined) return unknown('no kube-proxy runs here');
  const version = versionOfTag(tagOf(image) ?? '');
  return version === undefined
    ? unknown(`the image ${image} names no version of Kubernetes`)
    : known(version);
}
