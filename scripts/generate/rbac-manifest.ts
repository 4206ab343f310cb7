import { stringify } from 'yaml';
import { type Grant, PLAN_GRANTS } from '../../src/cluster/grants.ts';
import { objectGrants } from '../../src/evidence/observe-objects.ts';

const API = 'rbac.authorization.k8s.io';
const NAME = 'kubestair-plan';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** docs/rbac.yaml: the least rights that `plan` needs, out of the table that its reads name their rights from. */
export function rbacManifest(): string {
  const grants: readonly Grant[] = [...Object.values(PLAN_GRANTS), ...objectGrants()];
  const namespaces = [...new Set(grants.flatMap(({ namespace }) => namespace ?? []))];
  const documents = [
    ...roleAndBinding(
      'ClusterRole',
      undefined,
      grants.filter(({ namespace }) => namespace === undefined),
    ),
    ...namespaces.flatMap((own) =>
      roleAndBinding(
        'Role',
        own,
        grants.filter(({ namespace }) => namespace === own),
      ),
    ),
  ];
  return `${HEAD}${documents.map((document) => stringify(document)).join('---\n')}`;
}

const HEAD = `# The least rights that \`kubestair plan\` needs. Bind them to another user or group as you like; what is missing shows in
# the plan as unknown, with the rule to add. \`upgrade\` changes nodes and restores write anything: they need cluster-admin.
`;

function roleAndBinding(
  kind: 'ClusterRole' | 'Role',
  namespace: string | undefined,
  grants: readonly Grant[],
): readonly object[] {
  const metadata = { name: NAME, ...(namespace !== undefined && { namespace }) };
  return [
    { apiVersion: `${API}/v1`, kind, metadata, rules: grants.map(ruleOf) },
    {
      apiVersion: `${API}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: API, kind, name: NAME },
      subjects: [{ apiGroup: API, kind: 'Group', name: 'kubestair:planners' }],
    },
  ];
}

function ruleOf({ group, resource, verb, names }: Grant): Rule {
  return {
    apiGroups: [group],
    resources: [resource],
    ...(names !== undefined && { resourceNames: names }),
    verbs: [verb],
  };
}
