import type { ObjectNote } from '../../restore/resources/report.ts';
import {
  RESOURCE_COLUMNS,
  type ResourcesResult,
  resourceRows,
  resourcesHeadline,
  resourcesWarnings,
} from '../resources-facts.ts';
import { columns, type Paint } from './paint.ts';

/** A table by kind, then every object that a reader has to know of. */
export function resourcesText(result: ResourcesResult, paint: Paint): string {
  const { restored } = result;
  const head = RESOURCE_COLUMNS.map((name) => paint('dim', name.toUpperCase()));
  const rows = resourceRows(result);
  return [
    `${paint('bold', restored.dryRun ? 'Would restore' : 'Restored')} ${resourcesHeadline(result)}`,
    ...resourcesWarnings(result).map((line) => paint('yellow', line)),
    ...(rows.length === 0 ? [] : ['', ...columns([head, ...rows])]),
    ...list(paint('red', 'Cannot be restored'), restored.refused),
    ...list(
      paint('bold', 'There, different, and left as they are'),
      restored.kept.map((object) => ({ object, note: '' })),
    ),
    ...list(paint('bold', restored.dryRun ? 'Would be changed' : 'Changed on the way'), restored.changed),
    ...list(paint('bold', 'Need not be restored'), restored.skipped),
    ...list(
      paint('bold', 'Kinds that are never restored'),
      restored.leftOut.map(({ kind, objects, reason }) => ({ object: `${kind} (${objects})`, note: reason })),
    ),
  ].join('\n');
}

function list(title: string, notes: readonly ObjectNote[]): readonly string[] {
  if (notes.length === 0) return [];
  return [
    '',
    title,
    ...columns(
      notes.map(({ object, note }) => [object, note]),
      '  ',
    ),
  ];
}
