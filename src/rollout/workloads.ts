import { listAll } from '../cluster/api.ts';
import type { Condition, NodeObject, ObjectMeta, PodObject } from '../cluster/objects.ts';
import type { Kube } from '../ports/kube.ts';
import { extensionHealth } from './extension-health.ts';

interface WorkloadObject {
  readonly metadata: ObjectMeta & { readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly availableReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberAvailable?: number;
  };
}

/** Something that may be well or not, at one look. */
export interface Health {
  readonly name: string;
  readonly healthy: boolean;
  /** What is missing, for people. */
  readonly detail: string;
}

/** What a rollout found. */
export interface Baseline {
  /** Healthy nodes, workloads, aggregated APIs and webhooks, as `Deployment/default/web` and `Node/w1`. */
  readonly healthy: ReadonlySet<string>;
  /** DaemonSets whose pod on a node was not ready although the node was, as daemonPodKey() names them. */
  readonly broken: ReadonlySet<string>;
}

const KINDS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
type Kind = keyof typeof KINDS;

/** The state before a rollout: it must leave healthy what is healthy, and is not to blame for the rest. */
export async function takeBaseline(kube: Kube, signal: AbortSignal): Promise<Baseline> {
  const healthy = new Set<string>();
  for await (const health of allHealth(kube, signal)) if (health.healthy) healthy.add(health.name);
  const broken = new Set<string>();
  for await (const pod of listAll<PodObject>(kube, '/api/v1/pods', signal)) {
    const key = daemonPodKey(pod);
    // On a node that is being upgraded nothing is ready, which excuses nothing.
    if (key === undefined || !healthy.has(`Node/${pod.spec?.nodeName}`)) continue;
    if (!hasCondition(pod.status?.conditions, 'Ready')) broken.add(key);
  }
  return { healthy, broken };
}

/** What was healthy in the baseline and is not now, each with what is missing. What was deleted since does not count. */
export async function regressionsSince(
  { healthy: before }: Baseline,
  kube: Kube,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const worse: string[] = [];
  for await (const { name, healthy, detail } of allHealth(kube, signal)) {
    if (!healthy && before.has(name)) worse.push(`${name} (${detail})`);
  }
  return worse;
}

/** Names the place of a DaemonSet's pod, whichever pod fills it; undefined for other pods. */
export function daemonPodKey({ metadata, spec }: PodObject): string | undefined {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner?.kind !== 'DaemonSet') return undefined;
  return `DaemonSet/${metadata.namespace}/${owner.name} on ${spec?.nodeName}`;
}

export function hasCondition(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

async function* allHealth(kube: Kube, signal: AbortSignal): AsyncGenerator<Health> {
  for await (const { metadata, status } of listAll<NodeObject>(kube, '/api/v1/nodes', signal)) {
    yield {
      name: `Node/${metadata.name}`,
      healthy: hasCondition(status?.conditions, 'Ready'),
      detail: 'not Ready',
    };
  }
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for await (const object of listAll<WorkloadObject>(kube, `/apis/apps/v1/${KINDS[kind]}`, signal)) {
      yield healthOf(kind, object);
    }
  }
  yield* await extensionHealth(kube, signal);
}

// The same conditions as `kubectl rollout status` (k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go, v0.36), but for
// updated counts: a StatefulSet or DaemonSet with the strategy OnDelete may be behind for good.
function healthOf(kind: Kind, { metadata, spec, status = {} }: WorkloadObject): Health {
  const name = `${kind}/${metadata.namespace}/${metadata.name}`;
  const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const [have, want] = countsOf(kind, spec?.replicas ?? 1, status);
  if (!seen) return { name, healthy: false, detail: 'its controller has not seen the last change' };
  return { name, healthy: have >= want, detail: `${have} of ${want} available` };
}

function countsOf(
  kind: Kind,
  replicas: number,
  status: NonNullable<WorkloadObject['status']>,
): readonly [have: number, want: number] {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
      return [status.availableReplicas ?? 0, replicas];
    case 'DaemonSet':
      return [status.numberAvailable ?? 0, status.desiredNumberScheduled ?? 0];
  }
}
