import { HOST_POD_LABEL } from '../../cluster/host-pods.ts';
import { type KindName, type RawObject, resourceName } from './object.ts';

/** Kinds that are written by the cluster about itself. They are in the export to be looked at. */
const KINDS: Readonly<Record<string, string>> = {
  events: 'events tell of what has passed',
  'events.events.k8s.io': 'events tell of what has passed',
  'leases.coordination.k8s.io': 'a Lease belongs to a process that runs now',
  'leasecandidates.coordination.k8s.io': 'a Lease belongs to a process that runs now',
  nodes: 'kubelets register their nodes themselves',
  'csinodes.storage.k8s.io': 'kubelets register their nodes themselves',
  'csistoragecapacities.storage.k8s.io': 'the storage driver measures it anew',
  'volumeattachments.storage.k8s.io': 'attachments follow from the pods that run',
  componentstatuses: 'it is no stored object',
  'controllerrevisions.apps': 'their StatefulSet or DaemonSet makes them',
  'ipaddresses.networking.k8s.io': 'the API server makes them for Services',
  'certificatesigningrequests.certificates.k8s.io': 'a signing request is good once',
  'resourceslices.resource.k8s.io': 'the driver on the node publishes them',
  'storageversions.internal.apiserver.k8s.io': 'API servers publish them',
};

/** Why a kind is never restored; undefined where it is. */
export function kindLeftOut(kind: KindName): string | undefined {
  if (kind.group.endsWith('metrics.k8s.io')) return 'metrics are no stored objects';
  return KINDS[resourceName(kind)];
}

/** Why an object is not restored although its kind is; undefined where it is. */
export function objectLeftOut(kind: KindName, object: RawObject): string | undefined {
  const { metadata, status } = object;
  if (metadata.deletionTimestamp !== undefined) return 'it was being deleted when the backup was taken';
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const labels = metadata.labels ?? {};
  const annotations = metadata.annotations ?? {};
  switch (resourceName(kind)) {
    case 'pods':
      if (annotations['kubernetes.io/config.mirror'] !== undefined)
        return 'the kubelet makes it from a static manifest';
      if (labels[HOST_POD_LABEL] !== undefined) return 'a run made it to reach a host';
      if (owner !== undefined) return `its ${owner.kind} makes it`;
      return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? 'it had ended' : undefined;
    case 'replicasets.apps':
      return owner?.kind === 'Deployment' ? 'its Deployment makes it' : undefined;
    case 'jobs.batch':
      return hasEnded(object) ? 'it had ended, and would run again' : undefined;
    case 'endpointslices.discovery.k8s.io':
      return labels['endpointslice.kubernetes.io/managed-by'] === undefined
        ? undefined
        : 'its Service makes it';
    case 'endpoints':
      return annotations['endpoints.kubernetes.io/last-change-trigger-time'] === undefined &&
        labels['endpoints.kubernetes.io/managed-by'] === undefined &&
        metadata.name !== 'kubernetes'
        ? undefined
        : 'its Service makes it';
    case 'services':
      return metadata.namespace === 'default' && metadata.name === 'kubernetes'
        ? 'the API server makes it'
        : undefined;
    case 'configmaps':
      return metadata.name === 'kube-root-ca.crt' || isApiServersOwn(metadata)
        ? 'the cluster writes its own authorities into it'
        : undefined;
    case 'apiservices.apiregistration.k8s.io':
      return labels['kube-aggregator.kubernetes.io/automanaged'] === undefined
        ? undefined
        : 'the API server makes it';
    case 'flowschemas.flowcontrol.apiserver.k8s.io':
    case 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io':
      return annotations['apf.kubernetes.io/autoupdate-spec'] === 'true'
        ? 'the API server keeps it'
        : undefined;
    default:
      return undefined;
  }
}

function isApiServersOwn({ namespace, name }: RawObject['metadata']): boolean {
  return namespace === 'kube-system' && name === 'extension-apiserver-authentication';
}

function hasEnded({ status }: RawObject): boolean {
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
  return conditions.some(
    (condition: { readonly type?: string; readonly status?: string }) =>
      (condition.type === 'Complete' || condition.type === 'Failed') && condition.status === 'True',
  );
}
