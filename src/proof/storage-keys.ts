/** A kind as discovery names it. */
export interface GroupResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
}

/**
 * Folders of built-in kinds that do not follow their resource's name.
 * Source: Kubernetes 1.37, pkg/kubeapiserver/default_storage_factory_builder.go, SpecialDefaultResourcePrefixes.
 */
const SPECIAL: Readonly<Record<string, string>> = {
  '/replicationcontrollers': 'controllers',
  '/endpoints': 'services/endpoints',
  '/services': 'services/specs',
  '/nodes': 'minions',
  'networking.k8s.io/ingresses': 'ingress',
  // apiextensions-apiserver and kube-aggregator put their group before the resource.
  'apiextensions.k8s.io/customresourcedefinitions': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices': 'apiregistration.k8s.io/apiservices',
};

/** What API servers keep in etcd for themselves, and no API lists. */
const INTERNAL: Readonly<Record<string, string>> = {
  ranges:
    'allocated addresses and node ports of services, which the API server makes again from the services',
  masterleases: 'addresses of the API servers that run, renewed all the time',
  peerserverleases: 'addresses of the API servers that run, renewed all the time',
};

/**
 * Kinds that Kubernetes once had, or has behind a feature gate: their objects stay in etcd when no API serves them any more.
 * Source: the deprecated API migration guide (kubernetes.io/docs/reference/using-api/deprecation-guide), and pkg/registry of
 * Kubernetes 1.29 to 1.37 for alpha and beta kinds.
 */
const RETIRED: ReadonlySet<string> = new Set([
  'auditsinks',
  'clustercidrs',
  'clustertrustbundles',
  'compositepodgroups',
  'devicetaintrules',
  'deviceclasses',
  'evictionrequests',
  'evictions',
  'initializerconfigurations',
  'ipaddresses',
  'leasecandidates',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
  'podcertificaterequests',
  'podgroups',
  'podpresets',
  'podschedulingcontexts',
  'podsecuritypolicy',
  'resourceclaimparameters',
  'resourceclaims',
  'resourceclaimtemplates',
  'resourceclasses',
  'resourceclassparameters',
  'resourcepoolstatusrequests',
  'resourceslices',
  'servicecidrs',
  'storageversionmigrations',
  'storageversions',
  'thirdpartyresourcedata',
  'thirdpartyresources',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'volumeattributesclasses',
  'workloads',
]);

/**
 * The folder below etcd's prefix that holds a kind's objects, ending in `/`. All versions of a kind share it, and so do kinds that
 * are one in truth (events and events.events.k8s.io).
 * @param custom Whether a CustomResourceDefinition makes the kind.
 */
export function storageFolder({ group, resource }: GroupResource, custom: boolean): string {
  if (custom) return `${group}/${resource}/`;
  return `${SPECIAL[`${group}/${resource}`] ?? resource.toLowerCase()}/`;
}

/** `pods`, `deployments.apps`: as kubectl and CustomResourceDefinitions name a kind. */
export function resourceName({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** A key below etcd's prefix, split after its folder. */
export interface StoragePath {
  /** Ending in `/`. */
  readonly folder: string;
  /** `name`, or `namespace/name`. */
  readonly rest: string;
}

/**
 * Splits a key after one of the known folders; a key of none of them after the folder that its own form suggests.
 * @param path The key without etcd's prefix.
 */
export function splitPath(path: string, known: ReadonlyMap<string, unknown>): StoragePath {
  const first = path.indexOf('/') + 1;
  const second = first === 0 ? 0 : path.indexOf('/', first) + 1;
  if (second > 0 && known.has(path.slice(0, second))) return split(path, second);
  if (first > 0 && known.has(path.slice(0, first))) return split(path, first);
  // No resource of Kubernetes has a dot in it, and every other group has one.
  const grouped = path.slice(0, first).includes('.') && second > 0;
  return split(path, grouped ? second : first);
}

function split(path: string, at: number): StoragePath {
  return { folder: path.slice(0, at), rest: path.slice(at) };
}

/**
 * Why a folder holds objects that no API of the server lists; undefined when nothing explains it.
 * @param definitions Names of the CustomResourceDefinitions that there were: `stairs.demo.kubestair.dev`.
 */
export function explainFolder(folder: string, definitions: ReadonlySet<string>): string | undefined {
  const [first = '', second = ''] = folder.split('/');
  const internal = INTERNAL[first];
  if (internal !== undefined) return internal;
  if (RETIRED.has(first)) return 'left by an API of Kubernetes that this API server does not serve';
  if (second !== '' && first.includes('.') && !definitions.has(`${second}.${first}`)) {
    return `left by the CustomResourceDefinition ${second}.${first}, which does not exist any more`;
  }
  return undefined;
}
