/** A right in the API that Kubestair uses, as a rule of RBAC has it. */
export interface Grant {
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verb: 'get' | 'list' | 'create';
  /** Only in this namespace. */
  readonly namespace?: string;
  /** Only these objects. */
  readonly names?: readonly string[];
}

const KUBE_SYSTEM = 'kube-system';

/** Everything that a plan reads. docs/rbac.yaml is made of this table, so what is read is what is granted. */
export const PLAN_GRANTS = {
  clusterIdentity: { group: '', resource: 'namespaces', verb: 'get', names: [KUBE_SYSTEM] },
  nodes: { group: '', resource: 'nodes', verb: 'list' },
  pods: { group: '', resource: 'pods', verb: 'list' },
  daemonSets: { group: 'apps', resource: 'daemonsets', verb: 'list' },
  replicaSets: { group: 'apps', resource: 'replicasets', verb: 'list' },
  jobs: { group: 'batch', resource: 'jobs', verb: 'list' },
  volumes: { group: '', resource: 'persistentvolumes', verb: 'list' },
  budgets: { group: 'policy', resource: 'poddisruptionbudgets', verb: 'list' },
  /** Asked with dryRun alone; RBAC cannot tell such requests from others. */
  evictions: { group: '', resource: 'pods/eviction', verb: 'create' },
  kubeadmConfig: {
    group: '',
    resource: 'configmaps',
    verb: 'get',
    namespace: KUBE_SYSTEM,
    names: ['kubeadm-config'],
  },
  /** What a rollout that was cut off owes. */
  debts: { group: '', resource: 'configmaps', verb: 'get', namespace: KUBE_SYSTEM, names: ['kubestair'] },
  componentConfigs: {
    group: '',
    resource: 'configmaps',
    verb: 'get',
    namespace: KUBE_SYSTEM,
    names: ['kubelet-config', 'kube-proxy'],
  },
  corefile: { group: '', resource: 'configmaps', verb: 'get', namespace: KUBE_SYSTEM, names: ['coredns'] },
  dns: { group: 'apps', resource: 'deployments', verb: 'list', namespace: KUBE_SYSTEM },
  apiServices: { group: 'apiregistration.k8s.io', resource: 'apiservices', verb: 'list' },
  /** Releases of Helm. */
  secrets: { group: '', resource: 'secrets', verb: 'list' },
  configMaps: { group: '', resource: 'configmaps', verb: 'list' },
  /** Labels of the namespaces whose webhooks admit requests. */
  namespaces: { group: '', resource: 'namespaces', verb: 'get' },
  validatingWebhooks: {
    group: 'admissionregistration.k8s.io',
    resource: 'validatingwebhookconfigurations',
    verb: 'list',
  },
  mutatingWebhooks: {
    group: 'admissionregistration.k8s.io',
    resource: 'mutatingwebhookconfigurations',
    verb: 'list',
  },
  customResources: { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', verb: 'list' },
  endpointSlices: { group: 'discovery.k8s.io', resource: 'endpointslices', verb: 'list' },
  /** Where a webhook's Service has no endpoints: an ExternalName needs none. */
  services: { group: '', resource: 'services', verb: 'get' },
  migrations: { group: 'storagemigration.k8s.io', resource: 'storageversionmigrations', verb: 'list' },
} as const satisfies Readonly<Record<string, Grant>>;

/** A rule of what an upgrade needs besides. */
export interface UpgradeRule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly namespace?: string;
  readonly names?: readonly string[];
}

/** Everything that `upgrade` asks of the API: it backs everything up, and changes little; what kubeadm does, it does on the hosts. */
export const UPGRADE_RULES: readonly UpgradeRule[] = [
  { group: '*', resources: ['*'], verbs: ['get', 'list'] },
  { group: '', resources: ['nodes'], verbs: ['patch'] },
  { group: '', resources: ['pods/eviction'], verbs: ['create'] },
  // For spec.drain.onTimeout: force.
  { group: '', resources: ['pods'], verbs: ['delete'] },
  // For the strategy replace, which joins hosts by tokens that it makes and removes, and deletes the nodes whose place they take.
  { group: '', resources: ['nodes'], verbs: ['delete'] },
  { group: '', resources: ['secrets'], verbs: ['create', 'delete'], namespace: KUBE_SYSTEM },
  // For gates that are Jobs.
  { group: 'batch', resources: ['jobs'], verbs: ['create', 'delete'] },
  { group: 'coordination.k8s.io', resources: ['leases'], verbs: ['create'], namespace: KUBE_SYSTEM },
  {
    group: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: ['update', 'patch', 'delete'],
    namespace: KUBE_SYSTEM,
    names: ['kubestair', 'kubestair-write-probe'],
  },
  { group: '', resources: ['configmaps'], verbs: ['create'], namespace: KUBE_SYSTEM },
  {
    group: '',
    resources: ['configmaps'],
    verbs: ['patch', 'delete'],
    namespace: KUBE_SYSTEM,
    names: ['kubestair'],
  },
];

/**
 * What the transport `pod` asks besides, of whoever plans or upgrades. It makes them root on every node. A WebSocket is opened by a GET, and
 * from 1.35 on takes `create` too (feature gate AuthorizePodWebsocketUpgradeCreatePermission).
 */
export const HOST_POD_RULES: readonly UpgradeRule[] = [
  { group: '', resources: ['pods'], verbs: ['get', 'list', 'create', 'delete'], namespace: KUBE_SYSTEM },
  { group: '', resources: ['pods/exec'], verbs: ['get', 'create'], namespace: KUBE_SYSTEM },
];

/** `poddisruptionbudgets.policy`, as kubectl would name the resource. */
export function resourceName({ group, resource }: Grant): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** The rule that is missing, in words. */
export function describeGrant(grant: Grant): string {
  const { group, resource, verb, namespace, names } = grant;
  const which = names === undefined ? '' : ` named ${names.join(', ')}`;
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  return `the verb ${verb} on ${resource}${which} in the API group "${group}"${where}`;
}
