import type { ObjectNote } from '../../restore/resources/report.ts';
import {
  RESOURCE_COLUMNS,
  type ResourcesResult,
  resourceRows,
  resourcesHeadline,
  resourcesWarnings,
} from '../resources-facts.ts';
import { code, details, md, table } from './escape.ts';
import { problemText } from './problem.ts';
import type { Section } from './sections.ts';

/** The order in which detail is dropped, first one first. */
const KEEP = { leftOut: 1, changed: 2, kept: 3, kinds: 4, refused: 5 } as const;

export function resourcesSections(result: ResourcesResult): readonly Section[] {
  const { restored, outcome } = result;
  const heading =
    outcome.problem === undefined ? (restored.dryRun ? '🔎 Would restore' : '✅ Restored') : '❌ Restore';
  const rows = resourceRows(result).map(([kind = '', ...counts]) => [code(kind), ...counts]);
  const kept = restored.kept.map((object) => ({ object, note: '' }));
  const leftOut = restored.leftOut.map(({ kind, objects, reason }) => ({
    object: `${kind} (${objects})`,
    note: reason,
  }));
  return [
    { name: 'heading', keep: 'always', text: `## ${heading} ${md(resourcesHeadline(result))}` },
    {
      name: 'problem',
      keep: 'always',
      text: outcome.problem === undefined ? '' : problemText(outcome.problem),
    },
    {
      name: 'warnings',
      keep: 'always',
      text: resourcesWarnings(result)
        .map((line) => `> ⚠️ ${md(line)}`)
        .join('\n>\n'),
    },
    { name: 'kinds', keep: KEEP.kinds, text: rows.length === 0 ? '' : table(RESOURCE_COLUMNS, rows) },
    {
      name: 'objects that cannot be restored',
      keep: KEEP.refused,
      text: list('Cannot be restored', restored.refused),
    },
    {
      name: 'objects that were left',
      keep: KEEP.kept,
      text: list('There, different, and left as they are', kept),
    },
    {
      name: 'changed objects',
      keep: KEEP.changed,
      text: list('Changed on the way', restored.changed),
    },
    {
      name: 'objects made by others',
      keep: KEEP.leftOut,
      text: list('Need not be restored', restored.skipped),
    },
    { name: 'kinds left out', keep: KEEP.leftOut, text: list('Kinds that are never restored', leftOut) },
  ];
}

function list(title: string, notes: readonly ObjectNote[]): string {
  if (notes.length === 0) return '';
  const rows = notes.map(({ object, note }) => [code(object), md(note)]);
  return details(`${title} (${notes.length})`, table(['Object', ''], rows));
}
