import type { ObjectMeta, OwnerReference } from './objects.ts';

/** The workloads above controllers, by the controller as `ReplicaSet/default/web-7d4`. */
export type Owners = ReadonlyMap<string, Top>;

/** What people know a pod by. */
export interface Top {
  /** As `Deployment/default/web`. */
  readonly workload: string;
  readonly desired?: number;
}

/** Groups of the kinds that Kubernetes itself has: others use the same names. */
const OWN_GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  ReplicaSet: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  Job: 'batch',
  CronJob: 'batch',
};

/** Set by the Deployment controller on its ReplicaSets. Source: pkg/controller/deployment/util/deployment_util.go, v1.36. */
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';

/** Set by the Deployment controller, on ReplicaSets and their pods; the set's name ends in it. */
const TEMPLATE_HASH = 'pod-template-hash';

/** The kind of an owner; of a group that is not Kubernetes' own as kubectl writes it: `DaemonSet.apps.kruise.io`. */
export function kindOf({ apiVersion, kind }: OwnerReference): string {
  const own = OWN_GROUPS[kind];
  if (own === undefined || apiVersion === undefined) return kind;
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
  return group === own ? kind : `${kind}.${group}`;
}

/** What stands above a ReplicaSet or Job; undefined where nothing does. */
export function topOfController(kind: string, metadata: ObjectMeta): readonly [string, Top] | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const desired = Number(metadata.annotations?.[DESIRED_REPLICAS]);
  const top = {
    workload: `${kindOf(owner)}/${metadata.namespace}/${owner.name}`,
    ...(Number.isInteger(desired) && { desired }),
  };
  return [`${kind}/${metadata.namespace}/${metadata.name}`, top];
}

/**
 * The workload of a controller. Where its own owner was not read, a ReplicaSet's name tells: the Deployment controller makes it of
 * the Deployment's and the hash that its pods are labelled with.
 * @param controller as `ReplicaSet/default/web-7d4`
 */
export function topOf(
  controller: string,
  labels: Readonly<Record<string, string>> | undefined,
  owners: Owners | undefined,
): Top {
  const read = owners?.get(controller);
  if (read !== undefined) return read;
  const hash = labels?.[TEMPLATE_HASH];
  if (
    owners === undefined &&
    controller.startsWith('ReplicaSet/') &&
    hash !== undefined &&
    controller.endsWith(`-${hash}`)
  ) {
    return { workload: `Deployment/${controller.slice('ReplicaSet/'.length, -hash.length - 1)}` };
  }
  return { workload: controller };
}
