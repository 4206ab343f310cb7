import { formatLocation } from '../../errors.ts';
import { bySeverity, isBlocking } from '../../plan/blocking.ts';
import type { Finding, Severity } from '../../plan/plan.ts';
import { acceptedBecause } from '../accepted.ts';
import { count } from '../units.ts';
import { code, details, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

/** Rows that are left of a table that has to be shortened. */
const shortRows = 25;

/** What checks found: what is in the way in the open, the rest below it, what was accepted folded. */
export function findingSections(found: readonly Finding[]): readonly Section[] {
  const open = found.filter(({ accepted }) => accepted === undefined);
  const inTheWay = open.filter(isBlocking).toSorted(bySeverity);
  const warnings = open.filter(({ severity }) => severity === 'warning');
  const infos = open.filter(({ severity }) => severity === 'info');
  const accepted = found.filter((finding) => finding.accepted !== undefined);
  return [
    shortenable('what is in the way', 'always', inTheWay, (rows) => headed('In the way', inTheWay, rows)),
    shortenable('warnings', KEEP.findings, warnings, (rows) => headed('Good to know', warnings, rows)),
    shortenable('what was accepted', KEEP.accepted, accepted, (rows) =>
      details(`${accepted.length} accepted`, withRest(accepted, rows)),
    ),
    shortenable('notes', KEEP.accepted, infos, (rows) =>
      details(count(infos.length, 'note'), withRest(infos, rows)),
    ),
  ];
}

function shortenable(
  name: string,
  keep: Section['keep'],
  found: readonly Finding[],
  render: (rows: readonly Finding[]) => string,
): Section {
  const text = found.length === 0 ? '' : render(found);
  return {
    name,
    keep,
    text,
    ...(found.length > shortRows && { short: render(found.slice(0, shortRows)) }),
  };
}

function headed(heading: string, all: readonly Finding[], rows: readonly Finding[]): string {
  return `### ${heading}\n\n${withRest(all, rows)}`;
}

function withRest(all: readonly Finding[], rows: readonly Finding[]): string {
  const rest = all.length - rows.length;
  return `${findingTable(rows)}${rest === 0 ? '' : `\n\nAnd ${count(rest, 'more', 'more')}.`}`;
}

function findingTable(found: readonly Finding[]): string {
  const rows = found.map((finding) => [
    finding.accepted === undefined ? signs[finding.severity] : '🤝&nbsp;accepted',
    `${code(finding.object)}<br><sub>${md(finding.check)}</sub>`,
    [md(finding.message), placeOf(finding)].filter((part) => part !== '').join('<br>'),
    md(finding.accepted === undefined ? finding.remedy : acceptedBecause(finding.accepted)),
  ]);
  return table(['', 'What', 'Why', 'What to do'], rows);
}

function placeOf({ location }: Finding): string {
  return location === undefined ? '' : `in ${code(formatLocation(location))}`;
}

const signs: Readonly<Record<Severity, string>> = {
  blocking: '🛑&nbsp;blocking',
  unknown: '❔&nbsp;unknown',
  warning: '⚠️&nbsp;warning',
  info: 'ℹ️&nbsp;note',
};
