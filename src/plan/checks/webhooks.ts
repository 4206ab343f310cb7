import type { Backend, WebhookObservation, WebhookRule } from '../../cluster/extensions.ts';
import { nodesDrained } from '../disruption.ts';
import type { Finding } from '../plan.ts';
import type { Check, CheckInput } from './check.ts';

type Found = Omit<Finding, 'check'>;

/** What an upgrade and the cluster itself write all the time, by API group; a webhook that stops these stops everything. */
const VITAL: readonly { readonly group: string; readonly resource: string }[] = [
  { group: '', resource: 'nodes' },
  { group: '', resource: 'nodes/status' },
  { group: '', resource: 'pods' },
  { group: '', resource: 'pods/eviction' },
  { group: '', resource: 'pods/binding' },
  { group: '', resource: 'pods/status' },
  { group: '', resource: 'configmaps' },
  { group: '', resource: 'secrets' },
  { group: '', resource: 'endpoints' },
  { group: 'apps', resource: 'daemonsets' },
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'replicasets' },
  { group: 'batch', resource: 'jobs' },
  { group: 'coordination.k8s.io', resource: 'leases' },
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  { group: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
];

const CLUSTER_WIDE: ReadonlySet<string> = new Set(['nodes', 'clusterrolebindings']);

/** Webhooks that refuse when they do not answer can answer, also while the nodes that they run on are drained. */
export const webhooks: Check = {
  id: 'webhooks',
  about: 'Admission webhooks that fail closed have somebody who answers, also while their pods move.',
  severity: 'blocking',
  evidence:
    'Webhook configurations, the endpoints of the Services that they name, and the nodes that those run on.',
  remedy:
    'Bring the webhook back, run two of it on two nodes, or set `failurePolicy: Ignore` for the upgrade.',
  find: (input) => {
    const { extensions } = input.observation;
    if (!extensions.known) return [];
    const drained = nodesDrained(input.steps);
    return extensions.value.webhooks
      .filter(({ failsClosed }) => failsClosed)
      .flatMap((webhook) => judge(webhook, drained, input));
  },
};

function judge(
  webhook: WebhookObservation,
  drained: ReadonlySet<string>,
  { now }: CheckInput,
): readonly Found[] {
  const { backend, configuration, webhook: name, caExpiresAt, host } = webhook;
  const object = `${configuration}: ${name}`;
  const vital = vitalOf(webhook.rules);
  if (caExpiresAt !== undefined && Date.parse(caExpiresAt) <= now.getTime()) {
    const message = `trusts an authority that expired on ${caExpiresAt.slice(0, 10)}, so no call of it succeeds; ${refuses(vital)}`;
    return [
      {
        severity: gravity(webhook, vital),
        object,
        message,
        remedy: `Renew the caBundle of ${configuration}.`,
      },
    ];
  }
  if (backend === undefined) {
    if (vital.length === 0) return [];
    const message = `asks ${host ?? 'a host'} outside of the cluster, of which nothing is known; without an answer it refuses writes of ${vital.join(', ')}`;
    return [
      { severity: 'info', object, message, remedy: 'Make sure that it answers throughout the upgrade.' },
    ];
  }
  if (!backend.known) {
    const message = `whether anybody answers for it is not known: ${backend.reason}`;
    return [
      {
        severity: 'unknown',
        object,
        message,
        remedy: backend.next ?? 'Look at the endpoints of its Service.',
      },
    ];
  }
  if (backend.value.ready === 0) {
    const message = `nobody answers for Service/${backend.value.service}; ${refuses(vital)}`;
    return [
      {
        severity: gravity(webhook, vital),
        object,
        message,
        remedy: remedyForDead(backend.value, configuration),
      },
    ];
  }
  return alone(webhook, backend.value, drained, object);
}

/** One pod, or several on one node: while they move, nobody answers. */
function alone(
  { rules, coversItself, selective }: WebhookObservation,
  { service, onNodes, ready }: Backend,
  drained: ReadonlySet<string>,
  object: string,
): readonly Found[] {
  const [node] = onNodes;
  if (node === undefined || onNodes.length > 1 || !drained.has(node)) return [];
  const vital = vitalOf(rules);
  if (vital.length === 0) return [];
  const makesPods = rules.some(
    (rule) => covers(rule, '', 'pods') && rule.operations.some((each) => each === '*' || each === 'CREATE'),
  );
  const who = ready === 1 ? 'its only pod runs' : `all ${ready} of its pods run`;
  if (makesPods && coversItself && !selective) {
    return [
      {
        severity: 'warning',
        object,
        message: `${who} on ${node}: once they are gone, it refuses the pods that would replace them, and every other new pod`,
        remedy: `Run Service/${service} on two nodes, or leave its own namespace out with namespaceSelector.`,
      },
    ];
  }
  return [
    {
      severity: 'warning',
      object,
      message: `${who} on ${node}: while they move, it refuses writes of ${vital.join(', ')}`,
      remedy: `Run Service/${service} on two nodes, with a PodDisruptionBudget.`,
    },
  ];
}

/** What opts in by labels may mean nothing that the upgrade writes. */
function gravity({ optIn }: WebhookObservation, vital: readonly string[]): Finding['severity'] {
  return vital.length > 0 && !optIn ? 'blocking' : 'warning';
}

function refuses(vital: readonly string[]): string {
  return vital.length > 0
    ? `it refuses writes of ${vital.join(', ')}, which the upgrade needs`
    : 'what it admits cannot be written';
}

function remedyForDead({ service }: Backend, configuration: string): string {
  const [namespace = '', name = ''] = service.split('/');
  return `Bring its pods back (kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}), or delete ${configuration} if nobody needs it.`;
}

/** The vital resources that the rules mean, as kubectl would name them, the first few. */
function vitalOf(rules: readonly WebhookRule[]): readonly string[] {
  const met = VITAL.filter(({ group, resource }) => rules.some((rule) => covers(rule, group, resource)));
  const names = met.map(({ resource }) => resource);
  return names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more kinds`] : names;
}

/** Source: k8s.io/apiserver, admission/plugin/webhook/predicates/rules. `*` leaves subresources out, `*` + `/*` does not. */
function covers(
  { groups, resources, operations, scope }: WebhookRule,
  group: string,
  resource: string,
): boolean {
  const writes = operations.some((operation) => operation !== 'CONNECT');
  const [kind = '', sub] = resource.split('/');
  const means = resources.some((pattern) => {
    const [wantedKind = '', wantedSub] = pattern.split('/');
    const kindFits = wantedKind === '*' || wantedKind === kind;
    if (wantedSub === undefined) return sub === undefined && kindFits;
    return kindFits && (wantedSub === '*' || wantedSub === sub);
  });
  const inScope = scope === '*' || (scope === 'Cluster') === CLUSTER_WIDE.has(kind);
  return writes && inScope && means && groups.some((each) => each === '*' || each === group);
}
