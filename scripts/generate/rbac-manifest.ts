import { stringify } from 'yaml';
import {
  type Grant,
  HOST_POD_RULES,
  PLAN_GRANTS,
  UPGRADE_RULES,
  type UpgradeRule,
} from '../../src/cluster/grants.ts';
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
    ...rolesAndBindings('kubestair-plan', [PLANNERS], grants.map(asRule)),
    ...rolesAndBindings('kubestair-upgrade', [UPGRADERS], UPGRADE_RULES),
  ];
  const forPods = rolesAndBindings('kubestair-hosts', [PLANNERS, UPGRADERS], HOST_POD_RULES);
  const texts = (some: readonly object[]) => some.map((document) => stringify(document)).join('---\n');
  return `${HEAD}${texts(documents)}---\n${HEAD_OF_PODS}${texts(forPods)}`;
}

const HEAD = `# The least rights that \`kubestair plan\` and \`kubestair upgrade\` need. Bind them to other users or groups as you like; what a plan
# is missing shows in it as unknown, with the rule to add. Whoever upgrades reads everything, secrets too, to back it up. Restores write
# anything: they need cluster-admin.
`;

const HEAD_OF_PODS = `# Only for clusters whose hosts are reached through pods (spec.access.hosts.transport: pod): whoever has this is root on every node.
`;

const PLANNERS = 'kubestair:planners';
const UPGRADERS = 'kubestair:upgraders';

/** For the cluster, then for each namespace. */
function rolesAndBindings(
  name: string,
  groups: readonly string[],
  rules: readonly UpgradeRule[],
): readonly object[] {
  const namespaces = [...new Set(rules.map(({ namespace }) => namespace))];
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
        subjects: groups.map((group) => ({ apiGroup: API, kind: 'Group', name: group })),
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
