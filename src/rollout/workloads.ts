import { listAll } from '../cluster/api.ts';
import type { ObjectMeta } from '../cluster/objects.ts';
import type { Kube } from '../ports/kube.ts';

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

interface Health {
  readonly name: string;
  readonly healthy: boolean;
  /** What is missing, for people. */
  readonly detail: string;
}

/** Workloads that were healthy at one moment, as `Deployment/default/web`. */
export type Baseline = ReadonlySet<string>;

const KINDS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
type Kind = keyof typeof KINDS;

/** The workloads that are healthy now: a rollout must leave these healthy, and is not to blame for the others. */
export async function takeBaseline(kube: Kube, signal: AbortSignal): Promise<Baseline> {
  const healthy = new Set<string>();
  for await (const health of allHealth(kube, signal)) if (health.healthy) healthy.add(health.name);
  return healthy;
}

/** What was healthy in the baseline and is not now, each with what is missing. Workloads deleted since do not count. */
export async function regressionsSince(
  baseline: Baseline,
  kube: Kube,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const worse: string[] = [];
  for await (const { name, healthy, detail } of allHealth(kube, signal)) {
    if (!healthy && baseline.has(name)) worse.push(`${name} (${detail})`);
  }
  return worse;
}

async function* allHealth(kube: Kube, signal: AbortSignal): AsyncGenerator<Health> {
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for await (const object of listAll<WorkloadObject>(kube, `/apis/apps/v1/${KINDS[kind]}`, signal)) {
      yield healthOf(kind, object);
    }
  }
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
