import { getIfThere } from '../../cluster/api.ts';
import { carriedFrom } from '../../cluster/carried.ts';
import { addressOf, FREED_HOST, JOINING, REPLACES } from '../../cluster/mapping.ts';
import type { NodeObject } from '../../cluster/objects.ts';
import { KubestairError } from '../../errors.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';

/** The kubelet writes a node's status every few seconds, so a write may find another version than was read. */
const ATTEMPTS = 5;

/** Whether a node was given what the one had whose place it takes. */
export async function isCarriedOver(
  kube: Kube,
  name: string,
  old: string,
  signal: AbortSignal,
): Promise<boolean> {
  const node = await readNode(kube, name, signal);
  return (
    node !== undefined && hostOf(node, REPLACES) === old && !taintsOf(node).some(({ key }) => key === JOINING)
  );
}

/**
 * Gives a node the labels, taints and annotations of the one whose place it takes, notes where that one's host is, and lets pods in;
 * all of it in one write.
 * @param addresses of hosts, where the cluster file names them
 */
export async function carryOver(
  kube: Kube,
  name: string,
  old: string,
  addresses: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const before = await readNode(kube, old, signal);
  if (before === undefined) throw gone(old);
  const places = await storagePlaces(kube, old, signal);
  await change(kube, name, signal, (node) => {
    const { labels, annotations, taints } = carriedFrom(before, node, places);
    const own = taintsOf(node).filter(({ key }) => key !== JOINING);
    const added = taints.filter(
      ({ key, effect }) => !own.some((one) => one.key === key && one.effect === effect),
    );
    const mark = `${old} ${addresses[old] ?? addressOf(before)}`;
    return {
      metadata: { labels, annotations: { ...annotations, [REPLACES]: mark } },
      spec: { taints: [...own, ...added] },
    };
  });
}

/** Whether a node is gone, and the one in its place knows. */
export async function isRemoved(
  kube: Kube,
  old: string,
  successor: string,
  signal: AbortSignal,
): Promise<boolean> {
  const [before, node] = await Promise.all([readNode(kube, old, signal), readNode(kube, successor, signal)]);
  return before === undefined && node !== undefined && hostOf(node, REPLACES) !== old;
}

/** Deletes a node, once the one in its place remembers where its host is: a run that is cut off here still finds it. */
export async function removeNode(
  kube: Kube,
  old: string,
  successor: string,
  signal: AbortSignal,
): Promise<void> {
  await change(kube, successor, signal, (node) => {
    const mark = node.metadata.annotations?.[REPLACES];
    return mark === undefined ? {} : { metadata: { annotations: { [FREED_HOST]: mark } } };
  });
  try {
    await kube.request({ method: 'DELETE', path: pathOf(old), signal });
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError) || thrown.status !== 404) throw thrown;
  }
  await change(kube, successor, signal, () => ({ metadata: { annotations: { [REPLACES]: null } } }));
}

/** Labels by which storage drivers say where a node is: each driver sets them for its own node, and refuses one that it finds with another value. */
async function storagePlaces(kube: Kube, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const path = `/apis/storage.k8s.io/v1/csinodes/${encodeURIComponent(name)}`;
  const found = await getIfThere<CsiNodeObject>(kube, path, { signal });
  return (found?.spec?.drivers ?? []).flatMap(({ topologyKeys }) => topologyKeys ?? []);
}

/** Source: k8s.io/api/storage/v1, CSINode. */
interface CsiNodeObject {
  readonly spec?: { readonly drivers?: readonly { readonly topologyKeys?: readonly string[] | null }[] };
}

interface Change {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

async function change(
  kube: Kube,
  name: string,
  signal: AbortSignal,
  decide: (node: NodeObject) => Change,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const node = await readNode(kube, name, signal);
    if (node === undefined) throw gone(name);
    const { metadata, spec } = decide(node);
    const { resourceVersion } = node.metadata;
    const body = { metadata: { ...metadata, resourceVersion }, ...(spec !== undefined && { spec }) };
    try {
      await kube.request({ method: 'PATCH', path: pathOf(name), body, signal });
      return;
    } catch (thrown) {
      const overtaken = thrown instanceof KubeStatusError && thrown.status === 409;
      if (!overtaken || attempt === ATTEMPTS) throw thrown;
    }
  }
}

function hostOf({ metadata }: NodeObject, annotation: string): string | undefined {
  return metadata.annotations?.[annotation]?.split(' ')[0];
}

function taintsOf({ spec }: NodeObject): NonNullable<NonNullable<NodeObject['spec']>['taints']> {
  return spec?.taints ?? [];
}

function readNode(kube: Kube, name: string, signal: AbortSignal): Promise<NodeObject | undefined> {
  return getIfThere<NodeObject>(kube, pathOf(name), { signal });
}

function pathOf(name: string): string {
  return `/api/v1/nodes/${encodeURIComponent(name)}`;
}

function gone(name: string): KubestairError {
  return new KubestairError('STEP_FAILED', `the node ${name} is gone, and not by this run`, {
    object: `Node/${name}`,
    next: 'Find out who deleted it, then run the same command again: it plans with the nodes that are there.',
  });
}
