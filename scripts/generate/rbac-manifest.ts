import { stringify } from 'yaml';
import { type Grant, PLAN_GRANTS, UPGRADE_RULES, type UpgradeRule } from '../../src/cluster/grants.ts';
import { objectGrants } from '../../src/evidence/observe-objects.ts';

const API = 'rbac.authorization.k8s.io';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * docs/rbac.yaml: the least rights that `plan` and `upgrade` need, out of the tables that their reads and writes are kept in.
 */
export function rbacManifest(): string {
  const grants: readonly Grant[] = [...Object.values(PLAN_GRANTS), ...objectGrants()];
  const documents = [
    ...rolesAndBindings('kubestair-plan', 'kubestair:planners', grants.map(asRule)),
    ...rolesAndBindings('kubestair-upgrade', 'kubestair:upgraders', UPGRADE_RULES),
  ];
  return `${HEAD}${documents.map((document) => stringify(document)).join('---\n')}`;
}

const HEAD = `# The least rights that \`kubestair plan\` and \`kubestair upgrade\` need. Bind them to other users or groups as you like; what a plan
# is missing shows in it as unknown, with the rule to add. Whoever upgrades reads everything, secrets too, to back it up. Restores write
# anything: they need cluster-admin.
`;

/** For the cluster, then for each namespace. */
function rolesAndBindings(name: string, group: string, rules: readonly UpgradeRule[]): readonly object[] {
  const namespaces = [undefined, ...new Set(rules.flatMap(({ namespace }) => namespace ?? []))];
  return namespaces.flatMap((own) => {
    const kind = own === undefined ? 'ClusterRole' : 'Role';
    const metadata = { name, ...(own !== undefined && { namespace: own }) };
    const ofNamespace = rules.filter(({ namespace }) => namespace === own);
    return [
      { apiVersion: `${API}/v1`, kind, metadata, rules: ofNamespace.map(ruleOf) },
      {
        apiVersion: `${API}/v1`,
        kind: `${kind}Binding`,
        metadata,
        roleRef: { apiGroup: API, kind, name },
        subjects: [{ apiGroup: API, kind: 'Group', name: group }],
      },
    ];
  });
}

function asRule({ resource, verb, ...grant }: Grant): UpgradeRule {
  return { ...grant, resources: [resource], verbs: [verb] };
}

function ruleOf({ group, resources, verbs, names }: UpgradeRule): Rule {
  return {
    apiGroups: [group],
    resources,
    ...(names !== undefined && { resourceNames: names }),
    verbs,
  };
}
