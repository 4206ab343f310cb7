import { z } from 'zod';
import type { VersionText } from '../../src/cluster/observation.ts';
import { askOracle } from './oracle.ts';

/** The kubeadm whose policy is tabled. */
const POLICY_OF = '1.36.3';

/** What kubeadm's EnforceVersionPolicies is asked. */
export interface PolicyQuestion {
  readonly cluster: VersionText;
  readonly kubeadm: VersionText;
  readonly kubelets: readonly VersionText[];
  readonly target: VersionText;
  /** --allow-experimental-upgrades, --allow-release-candidate-upgrades. */
  readonly experimental: boolean;
  readonly rc: boolean;
}

const CLUSTERS: readonly VersionText[] = ['v1.34.8', 'v1.35.0', 'v1.35.4', 'v1.36.0', 'v1.36.3', 'v1.37.1'];
const TARGETS: readonly VersionText[] = [
  'v1.34.8',
  'v1.35.0',
  'v1.35.4',
  'v1.36.0',
  'v1.36.3',
  'v1.36.4',
  'v1.37.1',
  'v1.38.0',
  'v1.36.4-rc.1',
  'v1.37.2-alpha.1',
  'v1.38.0-rc.0',
];

/** Every question, in the order of the table. kubeadm judges its own version whatever the kubelets are. */
export function policyGrid(): readonly PolicyQuestion[] {
  return CLUSTERS.flatMap((cluster) =>
    TARGETS.flatMap((target) => {
      const own = kubeletsFor(cluster).map((kubelets) => ({ kubeadm: target, kubelets }));
      const others = kubeadmsBeside(target).map((kubeadm) => ({ kubeadm, kubelets: [cluster] }));
      return [...own, ...others].flatMap((each) =>
        allowances(target).map((allowed) => ({ cluster, target, ...each, ...allowed })),
      );
    }),
  );
}

function kubeadmsBeside(target: VersionText): readonly VersionText[] {
  const [minor, patch] = numbersOf(target);
  return [
    `v1.${minor - 1}.9`,
    ...(patch > 0 ? [`v1.${minor}.${patch - 1}` as const] : []),
    `v1.${minor}.${patch + 1}`,
    `v1.${minor + 1}.1`,
  ];
}

/** Those of the cluster, older ones down to what no policy allows, mixed ones, newer ones. */
function kubeletsFor(cluster: VersionText): readonly (readonly VersionText[])[] {
  const [minor] = numbersOf(cluster);
  const behind = (count: number): VersionText => `v1.${minor - count}.7`;
  return [
    [cluster],
    [behind(1)],
    [behind(2)],
    [cluster, behind(3)],
    [behind(4)],
    [cluster, `v1.${minor + 1}.0`],
  ];
}

function allowances(target: VersionText): readonly Pick<PolicyQuestion, 'experimental' | 'rc'>[] {
  const none = { experimental: false, rc: false };
  return target.includes('-') ? [none, { ...none, experimental: true }, { ...none, rc: true }] : [none];
}

function numbersOf(version: VersionText): readonly [number, number] {
  const [, minor = 0, patch = 0] = version.slice(1).replace(/-.*/, '').split('.').map(Number);
  return [minor, patch];
}

/** What kubeadm's errors are about; its own texts are long and name numbers. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/minimum supported version/, 'below-minimum'],
  [/is too high; kubeadm can upgrade only/, 'more-than-one-minor-up'],
  [/is too low; kubeadm can downgrade only/, 'more-than-one-minor-down'],
  [/at least one minor release higher than the kubeadm/, 'kubeadm-of-older-minor'],
  [/is higher than the kubeadm version/, 'kubeadm-of-older-patch'],
  [/can only be used to upgrade to Kubernetes version/, 'kubeadm-of-newer-minor'],
  [/is an unstable version/, 'pre-release'],
  [/There are kubelets in this cluster that are too old/, 'kubelets-too-old'],
];

const answers = z.array(z.object({ mandatory: z.array(z.string()), skippable: z.array(z.string()) }));

/** The table: a line for each question, `-` for what there is none of. */
export async function policyTable(): Promise<string> {
  const grid = policyGrid();
  const found = answers.parse(await askOracle(POLICY_OF, 'policy', grid));
  const lines = grid.map((question, index) => {
    const { mandatory = [], skippable = [] } = found[index] ?? {};
    return [keyOf(question), ruleList(mandatory), ruleList(skippable)].join(' ');
  });
  return [
    `# EnforceVersionPolicies of kubeadm v${POLICY_OF}, written by scripts/tables.ts.`,
    '# cluster target kubeadm kubelets allowed mandatory skippable',
    ...lines,
    '',
  ].join('\n');
}

/** How a line of the table begins. */
export function keyOf({ cluster, target, kubeadm, kubelets, experimental, rc }: PolicyQuestion): string {
  const allowed = experimental ? 'experimental' : rc ? 'rc' : '-';
  return [cluster, target, kubeadm, kubelets.join(','), allowed].join(' ');
}

function ruleList(messages: readonly string[]): string {
  return messages.map(ruleOf).join(',') || '-';
}

function ruleOf(message: string): string {
  const rule = RULES.find(([pattern]) => pattern.test(message));
  if (rule === undefined) throw new Error(`kubeadm says something new: ${message}`);
  return rule[1];
}
