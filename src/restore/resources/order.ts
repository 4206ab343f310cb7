import { type KindName, resourceName } from './object.ts';

/**
 * What has to be there before what, kind by kind. Custom resources and everything that is not named come before `LAST`.
 * After the order that Velero has learnt (velero.io/docs, "Restore Reference", v1.18), with workloads before their services so that
 * nothing is routed to them before they are there.
 */
const FIRST: readonly string[] = [
  'customresourcedefinitions.apiextensions.k8s.io',
  'namespaces',
  'priorityclasses.scheduling.k8s.io',
  'runtimeclasses.node.k8s.io',
  'ingressclasses.networking.k8s.io',
  'csidrivers.storage.k8s.io',
  'storageclasses.storage.k8s.io',
  'persistentvolumes',
  'persistentvolumeclaims',
  'clusterroles.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'serviceaccounts',
  'secrets',
  'configmaps',
  'limitranges',
  'podtemplates',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'replicasets.apps',
  'replicationcontrollers',
  'cronjobs.batch',
  'jobs.batch',
  'pods',
  'services',
  'endpoints',
  'endpointslices.discovery.k8s.io',
];

/** They refuse or redirect requests of others: only once what they lead to is ready. */
const LAST: readonly string[] = [
  'resourcequotas',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
  'apiservices.apiregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
];

const MIDDLE = FIRST.length;

/** Kinds in the order in which they are restored. */
export function restoreOrder<T extends KindName>(kinds: readonly T[]): readonly T[] {
  return kinds.toSorted((a, b) => rank(a) - rank(b) || (resourceName(a) < resourceName(b) ? -1 : 1));
}

function rank(kind: KindName): number {
  const name = resourceName(kind);
  const first = FIRST.indexOf(name);
  if (first >= 0) return first;
  const last = LAST.indexOf(name);
  return last >= 0 ? MIDDLE + 1 + last : MIDDLE;
}
