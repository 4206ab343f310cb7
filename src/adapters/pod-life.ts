import { setTimeout as delay } from 'node:timers/promises';
import { HOST_POD_LABEL } from '../cluster/host-pods.ts';
import { KubestairError } from '../errors.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import { hostPod } from './pod-manifest.ts';

const START_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 300;
/** Reasons that do not go away by themselves. Source: k8s.io/kubernetes, pkg/kubelet/images/types.go and kuberuntime, v1.36. */
const STUCK = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

interface ListedPod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly containers?: readonly { readonly image?: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly containerStatuses?: readonly {
      readonly state?: {
        readonly running?: object;
        readonly waiting?: { readonly reason?: string; readonly message?: string };
      };
    }[];
  };
}

interface ListedNode {
  readonly status?: {
    readonly nodeInfo?: { readonly architecture?: string };
    readonly images?: readonly { readonly names?: readonly string[] }[];
  };
}

export interface HostPods {
  readonly namespace: string;
  /** Image that the cluster file names; default one that is on the node. */
  readonly image: string | undefined;
  readonly kube: Kube;
  readonly random: () => string;
}

/** Makes a pod on a node and waits until it runs. @returns its name @throws KubestairError HOST_POD, HOST_UNREACHABLE */
export async function makePod(
  pods: HostPods,
  node: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { kube, namespace } = pods;
  const [{ status }, image] = await Promise.all([
    kube.request({ path: `/api/v1/nodes/${encodeURIComponent(node)}`, signal }) as Promise<ListedNode>,
    pods.image ?? imageOn(kube, node, signal),
  ]);
  const fallback = status?.images?.flatMap(({ names = [] }) =>
    names.filter((name) => !name.includes('@')),
  )[0];
  const chosen = image ?? fallback;
  if (chosen === undefined)
    throw refused(
      node,
      'there is no image on the node to make it of',
      'Name one in spec.access.hosts.image.',
    );
  const name = `kubestair-${node.replaceAll('.', '-').slice(0, 40)}-${pods.random()}`;
  const body = hostPod({
    name,
    namespace,
    node,
    image: chosen,
    architecture: status?.nodeInfo?.architecture ?? '',
  });
  try {
    await create(kube, namespace, node, body, signal);
    await untilRunning(pods, node, name, signal);
  } catch (thrown) {
    await removePod(pods, name).catch(() => {});
    throw thrown;
  }
  return name;
}

/** Whether a pod is there to be used. */
export async function isRunning(
  { kube, namespace }: HostPods,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const pod = await getPod(kube, namespace, name, signal);
  return pod !== undefined && pod.metadata.deletionTimestamp === undefined && runs(pod);
}

export async function removePod({ kube, namespace }: HostPods, name: string): Promise<void> {
  try {
    await kube.request({
      method: 'DELETE',
      path: `${pathOf(namespace)}/${name}`,
      body: { gracePeriodSeconds: 0 },
      retries: 2,
    });
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError && thrown.status === 404)) throw thrown;
  }
}

/** Removes what earlier runs left: pods that ended, or all of them. @returns how many */
export async function sweepPods(
  pods: HostPods,
  which: 'ended' | 'all',
  signal: AbortSignal | undefined,
): Promise<number> {
  const { items } = (await pods.kube.request({
    path: `${pathOf(pods.namespace)}?labelSelector=${encodeURIComponent(`${HOST_POD_LABEL}=true`)}`,
    signal,
  })) as { readonly items: readonly ListedPod[] };
  const left = items.filter(
    ({ status }) => which === 'all' || ['Succeeded', 'Failed'].includes(status?.phase ?? ''),
  );
  for (const { metadata } of left) await removePod(pods, metadata.name);
  return left.length;
}

/** The image of a pod that runs there, kube-proxy's first: it is on the node, and the kubelet lets it be used again. */
async function imageOn(
  kube: Kube,
  node: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const selector = encodeURIComponent(`spec.nodeName=${node},status.phase=Running`);
  const { items } = (await kube.request({
    path: `${pathOf('kube-system')}?fieldSelector=${selector}`,
    signal,
  })) as {
    readonly items: readonly ListedPod[];
  };
  const usable = items.filter((pod) => pod.metadata.labels?.[HOST_POD_LABEL] === undefined && runs(pod));
  const proxy = usable.find(({ metadata }) => metadata.labels?.['k8s-app'] === 'kube-proxy');
  return (proxy ?? usable[0])?.spec?.containers?.[0]?.image;
}

async function create(
  kube: Kube,
  namespace: string,
  node: string,
  body: object,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await kube.request({ method: 'POST', path: pathOf(namespace), body, signal });
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError) || thrown.status >= 500 || thrown.status === 429) throw thrown;
    throw refused(
      node,
      `the API server refuses it: ${thrown.message}`,
      `Let Kubestair create privileged pods in namespace ${namespace}: the Role kubestair-hosts in docs/rbac.yaml, and no admission policy against them there.`,
      thrown,
    );
  }
}

async function untilRunning(
  { kube, namespace }: HostPods,
  node: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = performance.now() + START_MILLISECONDS;
  for (;;) {
    const pod = await getPod(kube, namespace, name, signal);
    if (pod !== undefined && runs(pod)) return;
    const waiting = pod?.status?.containerStatuses?.[0]?.state?.waiting;
    const ended = pod === undefined || ['Failed', 'Succeeded'].includes(pod.status?.phase ?? '');
    if (ended || STUCK.includes(waiting?.reason ?? '')) {
      const why =
        waiting?.message ??
        pod?.status?.message ??
        (pod === undefined ? 'it was removed' : 'it ended at once');
      throw refused(
        node,
        `it does not start: ${why}`,
        `Look at it: kubectl -n ${namespace} describe pod ${name}. Another image is named in spec.access.hosts.image.`,
      );
    }
    if (performance.now() >= end) {
      throw new KubestairError(
        'HOST_UNREACHABLE',
        `the kubelet of ${node} has not started the pod ${namespace}/${name} within ${START_MILLISECONDS / 1000} s`,
        {
          object: `Node/${node}`,
          next: 'Look whether its kubelet runs. A host whose kubelet is down is reached over SSH alone: spec.access.hosts.transport: ssh.',
        },
      );
    }
    await delay(POLL_MILLISECONDS, undefined, { ...(signal !== undefined && { signal }) });
  }
}

async function getPod(
  kube: Kube,
  namespace: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ListedPod | undefined> {
  try {
    return (await kube.request({ path: `${pathOf(namespace)}/${name}`, signal })) as ListedPod;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

function runs({ status }: ListedPod): boolean {
  return status?.phase === 'Running' && status.containerStatuses?.[0]?.state?.running !== undefined;
}

function pathOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

function refused(node: string, reason: string, next: string, cause?: unknown): KubestairError {
  return new KubestairError('HOST_POD', `No pod to reach ${node} through: ${reason}`, {
    object: `Node/${node}`,
    next,
    cause,
  });
}
