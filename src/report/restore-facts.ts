import {
  type Comparison,
  countOf,
  type Difference,
  type KindComparison,
  type Standing,
} from '../restore/etcd/compare.ts';
import type { RestorePlan } from '../restore/etcd/plan.ts';
import type { RestoreResult } from './model.ts';
import { count } from './units.ts';

/** For people: how objects stand, to follow a number. */
const WORDS: Readonly<Record<Difference['standing'], string>> = {
  created: 'created since',
  changed: 'changed since',
  deleted: 'deleted since',
  'written-since': 'written since the restore',
  'of-the-snapshot': 'written between export and snapshot',
  gone: 'deleted between export and snapshot, or since the restore',
  unexplained: 'neither as the export nor as the snapshot can have them',
};

/** Kinds with differences: what people made first, what changes by itself last. */
export function differing({ kinds }: Comparison): readonly KindComparison[] {
  return kinds
    .filter(({ differences }) => differences.length > 0)
    .toSorted((a, b) => Number(a.restless) - Number(b.restless) || (a.resource < b.resource ? -1 : 1));
}

/** One line on a kind: `2 created since (default/a, default/b), 1 changed since (default/c)`. */
export function differenceText({ differences }: KindComparison): string {
  return differences
    .map(({ standing, count: found, examples }) => {
      const more = found > examples.length ? ', …' : '';
      return `${found} ${WORDS[standing]} (${examples.join(', ')}${more})`;
    })
    .join('; ');
}

/** What a restore would take away, in one sentence. */
export function lossText(plan: RestorePlan, takenAt: string): string {
  if (!plan.losses.known) return `What changed since ${takenAt} cannot be told: ${plan.losses.reason}`;
  const { value } = plan.losses;
  const number = (standing: Standing) => countOf(value, standing);
  const people = value.kinds.filter(({ restless }) => !restless);
  const ofPeople = people
    .flatMap(({ differences }) => differences)
    .reduce((sum, each) => sum + each.count, 0);
  const all = number('created') + number('changed') + number('deleted');
  if (all === 0) return `Nothing changed since ${takenAt}.`;
  return `Since ${takenAt} ${count(number('created'), 'object')} came, ${number('changed')} changed and ${number('deleted')} went; ${all - ofPeople} of them are of kinds that change by themselves. All of that would be lost.`;
}

/** What came back, in one sentence. */
export function comparisonText(comparison: Comparison): string {
  const number = (standing: Standing) => countOf(comparison, standing);
  const differing = (Object.keys(WORDS) as Difference['standing'][])
    .filter((standing) => number(standing) > 0)
    .map((standing) => `${number(standing)} ${WORDS[standing]}`);
  const same = `${count(number('same'), 'object')} of ${count(comparison.kinds.length, 'kind')} came back exactly as the export has them`;
  return differing.length === 0 ? `${same}.` : `${same}; ${differing.join('; ')}.`;
}

/** Where the old data is, a line a host. */
export function keptLines({ kept }: RestorePlan): readonly string[] {
  return kept.map(({ node, path }) => `${node}: ${path}`);
}

/** Whether anything was stopped or swapped. */
export function touchedCluster({ records }: RestoreResult): boolean {
  return records.some(
    ({ step, startedAt }) => startedAt !== undefined && !['upload', 'stage', 'prepare'].includes(step.kind),
  );
}

/** Volumes are none of a backup's business, and whoever restores must know. */
export const VOLUMES =
  'Volumes are not part of a backup: workloads may find newer data in them than they remember, and jobs that ran since may run again.';
