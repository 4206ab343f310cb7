import { type Known, known, unknown } from './known.ts';
import type {
  NodeObject,
  ObjectMeta,
  PersistentVolumeObject,
  PodDisruptionBudgetObject,
  PodObject,
} from './objects.ts';
import type {
  BudgetObservation,
  ControlPlaneComponent,
  NodeObservation,
  NodeRole,
  PodObservation,
  VersionText,
} from './observation.ts';
import { kindOf, type Owners, topOf } from './owners.ts';
import { demandOf, toNodeTerm } from './pod-demand.ts';
import { milliOf } from './quantity.ts';
import type { NodeScheduling, VolumePlace } from './scheduling.ts';
import { NOT_SHARED, type Shared } from './shared.ts';
import { readVersion, versionOfTag } from './version.ts';

/** Annotation of a node that Kubestair cordoned: the id of the run that did. */
export const CORDONED_BY = 'kubestair.dev/cordoned-by';

/** Annotations of a node that took the place of another one, which is still to go or is free: `w1 10.0.0.21`. */
export const REPLACES = 'kubestair.dev/replaces';
export const FREED_HOST = 'kubestair.dev/freed-host';
/** Taint of a node that was joined in the place of another one and has not been given its labels and taints. */
export const JOINING = 'kubestair.dev/joining';

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
    ...hostIn('replaces', annotations?.[REPLACES]),
    ...hostIn('freed', annotations?.[FREED_HOST]),
    scheduling: schedulingOf(node),
  };
}

function hostIn(
  key: 'replaces' | 'freed',
  text: string | undefined,
): Partial<Pick<NodeObservation, 'replaces' | 'freed'>> {
  const [name = '', address = ''] = text?.split(' ') ?? [];
  return name === '' || address === '' ? {} : { [key]: { name, address } };
}

function schedulingOf({ metadata, spec, status }: NodeObject): NodeScheduling {
  return {
    labels: metadata.labels ?? {},
    taints: (spec?.taints ?? []).map(({ key = '', value = '', effect = '' }) => ({ key, value, effect })),
    allocatable: Object.fromEntries(
      Object.entries(status?.allocatable ?? {}).map(([name, quantity]) => [name, milliOf(quantity)]),
    ),
  };
}

/** What toPod() has to know beyond the pod. */
export interface PodContext {
  /** Existing DaemonSets as `namespace/name`; absent where they could not be read: then none is taken for gone. */
  readonly daemonSets?: ReadonlySet<string>;
  readonly owners?: Owners;
  /** The pod that Kubestair runs in, as `namespace/name` or, where the namespace is not known, as `name`. */
  readonly ownPod?: string;
  /** Shares what is equal in many pods. */
  readonly shared?: Shared;
}

export function toPod(
  pod: PodObject,
  { daemonSets, owners, ownPod, shared = NOT_SHARED }: PodContext,
): PodObservation {
  const { metadata, spec, status } = pod;
  const { text, value } = shared;
  const namespace = text(metadata.namespace ?? '');
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const kind = owner === undefined ? '' : kindOf(owner);
  const mirror = metadata.annotations?.[MIRROR_POD] !== undefined;
  const daemon = kind === 'DaemonSet';
  const orphan = daemon && daemonSets?.has(`${namespace}/${owner?.name}`) === false;
  const claims = claimsOf(spec);
  const seconds = startSecondsOf(status);
  return {
    namespace,
    name: metadata.name,
    node: text(spec?.nodeName ?? ''),
    phase: text(status?.phase ?? 'Unknown'),
    labels: value(metadata.labels ?? {}),
    ...(owner !== undefined && {
      controller: text(`${kind}/${owner.name}`),
      ...workloadOf(`${kind}/${namespace}/${owner.name}`, metadata.labels, owners, text),
    }),
    ...(orphan && { orphan }),
    mirror,
    emptyDirs: value(
      (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name),
    ),
    ready: (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    terminating: metadata.deletionTimestamp !== undefined,
    ...(metadata.deletionTimestamp !== undefined && {
      terminatingSince: metadata.deletionTimestamp,
      finalizers: metadata.finalizers ?? [],
    }),
    ...((ownPod === metadata.name || ownPod === `${namespace}/${metadata.name}`) && { own: true as const }),
    demand: value(demandOf(pod, mirror || daemon)),
    ...(claims.length > 0 && { claims }),
    ...(seconds !== undefined && { startSeconds: seconds }),
  };
}

function workloadOf(
  controller: string,
  labels: PodObject['metadata']['labels'],
  owners: Owners | undefined,
  text: Shared['text'],
): Pick<PodObservation, 'workload' | 'desired'> {
  const { workload, desired } = topOf(controller, labels, owners);
  return { workload: text(workload), ...(desired !== undefined && { desired }) };
}

/** A claim of an ephemeral volume goes with its pod, and binds the next one to nothing. */
function claimsOf(spec: PodObject['spec']): readonly string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

/** Readiness may have come and gone since the start: what took longer than this tells nothing of a start. */
const LONGEST_START_SECONDS = 600;

function startSecondsOf(status: PodObject['status']): number | undefined {
  const ready = status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  const seconds = (Date.parse(ready?.lastTransitionTime ?? '') - Date.parse(status?.startTime ?? '')) / 1000;
  return seconds >= 0 && seconds <= LONGEST_START_SECONDS ? seconds : undefined;
}

/** @returns undefined for a budget without a selector: it selects no pod (policy/v1, PodDisruptionBudgetSpec.selector). */
export function toBudget(budget: PodDisruptionBudgetObject): BudgetObservation | undefined {
  const { metadata, spec, status } = budget;
  if (spec?.selector === undefined || spec.selector === null) return undefined;
  const failed = status?.conditions?.find(
    ({ type, status: is, reason }) =>
      type === 'DisruptionAllowed' && is === 'False' && reason === 'SyncFailed',
  );
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    currentHealthy: status?.currentHealthy ?? 0,
    desiredHealthy: status?.desiredHealthy ?? 0,
    expectedPods: status?.expectedPods ?? 0,
    rule: ruleOf(spec),
    evictsUnhealthy: spec.unhealthyPodEvictionPolicy === 'AlwaysAllow',
    ...(failed !== undefined && { syncProblem: failed.message ?? '' }),
    selector: spec.selector,
  };
}

/** One of the two is always set, minAvailable 1 by default. Source: pkg/registry/policy/poddisruptionbudget, pkg/apis/policy/v1/defaults. */
function ruleOf({ minAvailable, maxUnavailable }: NonNullable<PodDisruptionBudgetObject['spec']>): string {
  return maxUnavailable === undefined
    ? `minAvailable: ${minAvailable ?? 1}`
    : `maxUnavailable: ${maxUnavailable}`;
}

/** A PersistentVolume that not every node reaches, with the claim that holds it as `namespace/name`. */
export function toVolume({
  metadata,
  spec,
}: PersistentVolumeObject): readonly [string, VolumePlace] | undefined {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms;
  const local = spec?.local !== undefined || spec?.hostPath !== undefined;
  const { namespace, name } = spec?.claimRef ?? {};
  if (terms === undefined || namespace === undefined || name === undefined) return undefined;
  return [`${namespace}/${name}`, { name: metadata.name, nodeTerms: terms.map(toNodeTerm), local }];
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

export function addressOf(node: NodeObject): string {
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
