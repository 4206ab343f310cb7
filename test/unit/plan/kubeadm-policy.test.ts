import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyOf, type PolicyQuestion, policyGrid } from '../../../scripts/tables/policy-grid.ts';
import type { VersionText } from '../../../src/cluster/observation.ts';
import { readWanted } from '../../../src/cluster/wanted.ts';
import { asKubestairError } from '../../../src/errors.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import { cluster, config, controlPlane, NOW, plainProvider, VERSION_AT, worker } from './sample.ts';

/** What kubeadm said of every question of the grid: rules that --force does not bypass, and others. */
const SAID = new Map(
  readFileSync(new URL('data/kubeadm-policy.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const cells = line.split(' ');
      return [cells.slice(0, -2).join(' '), cells.slice(-2).flatMap(rulesIn)];
    }),
);

function rulesIn(cell: string): readonly string[] {
  return cell === '-' ? [] : cell.split(',');
}

interface Row {
  readonly question: PolicyQuestion;
  readonly kubeadm: readonly string[];
  readonly ours: readonly string[];
}

const ROWS: readonly Row[] = policyGrid().map((question) => ({
  question,
  kubeadm: SAID.get(keyOf(question)) ?? ['not in the table'],
  ours: ourRules(question),
}));

/** Rules that a plan of this cluster to that target breaks; none where there is something to do, or nothing. */
function ourRules({ cluster: version, kubelets, target }: PolicyQuestion): readonly string[] {
  try {
    const wanted = readWanted(target);
    const nodes = kubelets.map((kubelet, index) => worker(`w${index + 1}`, kubelet));
    const observation = cluster([controlPlane('cp1', version), ...nodes]);
    const input = {
      ...{ config: config({ version: wanted }), versionAt: VERSION_AT, observation, now: NOW },
      ...{ tool: 'kubestair/0', provider: plainProvider },
    };
    const { findings } = buildPlan(input, planRoute(input), []);
    const skew = findings.filter(
      ({ check, severity }) => check === 'version-skew' && severity === 'blocking',
    );
    return [...new Set(skew.map(({ message }) => /rule (\S+) of/.exec(message)?.[1] ?? message))];
  } catch (thrown) {
    return [asKubestairError(thrown).code];
  }
}

/** Where the two say otherwise, and why that is right. */
const DIFFERENCES: readonly {
  readonly name: string;
  readonly because: string;
  readonly holds: (row: Row) => boolean;
}[] = [
  {
    name: 'another kubeadm than that of the target',
    because:
      'A rollout brings the kubeadm of the target to a host before it runs it there, so no other one is ever asked.',
    holds: ({ question, kubeadm, ours }) =>
      question.kubeadm !== question.target &&
      ours.length === 0 &&
      kubeadm.every((rule) => rule.startsWith('kubeadm-of-')),
  },
  {
    name: 'a target below the minimum of the kubeadm that was asked',
    because: `The minimum is the minor before the program's own: a kubeadm of the target's minor takes the target.`,
    holds: ({ question, kubeadm, ours }) =>
      question.target === 'v1.34.8' &&
      ours.length === 0 &&
      kubeadm.every((rule) => rule === 'below-minimum' || rule.startsWith('kubeadm-of-')),
  },
  {
    name: 'down one minor, or some patches',
    because:
      'kubeadm lets a control plane go back, but not its etcd, nor the objects that were stored meanwhile: the way back is the backup.',
    holds: ({ kubeadm, ours }) => kubeadm.length === 0 && ours.includes('VERSION_DOWNGRADE'),
  },
  {
    name: 'pre-releases that kubeadm was told to allow',
    because: 'They are for test clusters; a target is a release.',
    holds: ({ question, kubeadm, ours }) =>
      kubeadm.length === 0 && ours.includes('VERSION_INVALID') && (question.experimental || question.rc),
  },
  {
    name: 'kubelets newer than an API server',
    because: 'kubeadm looks for kubelets that are too old only; the version skew policy forbids newer ones.',
    holds: ({ kubeadm, ours }) => kubeadm.length === 0 && ours.join() === 'not-newer',
  },
];

/** Which of our rules stand for which of kubeadm's. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  // A plan goes through the version that a newer kubelet has already, and is blocked since that one is too new.
  'more-than-one-minor-up': ['VERSION_SKIPS_MINOR', 'VERSION_INVALID', 'not-newer'],
  'more-than-one-minor-down': ['VERSION_DOWNGRADE', 'VERSION_INVALID'],
  'kubelets-too-old': ['not-too-old', 'VERSION_SKIPS_MINOR', 'VERSION_DOWNGRADE', 'VERSION_INVALID'],
  'pre-release': ['VERSION_INVALID'],
};

describe('the rules of kubeadm for versions', () => {
  test('were all asked', () => {
    expect(ROWS.length).toBeGreaterThan(900);
    expect(SAID.size).toBe(ROWS.length);
    const rules = new Set(ROWS.flatMap(({ kubeadm }) => kubeadm));
    expect([...rules].toSorted()).toEqual([
      'below-minimum',
      'kubeadm-of-newer-minor',
      'kubeadm-of-older-minor',
      'kubeadm-of-older-patch',
      'kubelets-too-old',
      'more-than-one-minor-down',
      'more-than-one-minor-up',
      'pre-release',
    ]);
  });

  test('refuse and take what ours do, but for the differences that are listed', () => {
    const unexplained = ROWS.filter(
      (row) =>
        (row.kubeadm.length === 0) !== (row.ours.length === 0) &&
        !DIFFERENCES.some(({ holds }) => holds(row)),
    );
    expect(unexplained.map(textOf)).toEqual([]);
  });

  test.each(DIFFERENCES)('differ in $name', ({ holds }) => {
    expect(ROWS.filter(holds).length).toBeGreaterThan(0);
  });

  test('are broken for the same reason', () => {
    const otherwise = ROWS.filter(({ kubeadm, ours }) =>
      kubeadm.some((rule) => {
        const same = SAME[rule];
        return ours.length > 0 && same !== undefined && !ours.some((own) => same.includes(own));
      }),
    );
    expect(otherwise.map(textOf)).toEqual([]);
  });

  test('never forbid a hop of a plan with its own kubeadm', () => {
    const hops = ROWS.filter(
      ({ question, ours }) =>
        ours.length === 0 && question.kubeadm === question.target && isSupported(question.target),
    );
    expect(hops.length).toBeGreaterThan(20);
    expect(hops.filter(({ kubeadm }) => kubeadm.length > 0).map(textOf)).toEqual([]);
  });
});

/** The kubeadm that was asked goes no lower. */
function isSupported(target: VersionText): boolean {
  return target !== 'v1.34.8';
}

function textOf({ question, kubeadm, ours }: Row): string {
  return `${keyOf(question)}: kubeadm says ${kubeadm.join(',') || 'yes'}, ours ${ours.join(',') || 'yes'}`;
}
