import { ageOf, catalogueLine, leftoverLines, proofsOf, sealedOf, stateOf } from '../catalogue-facts.ts';
import type { Catalogue } from '../model.ts';
import { formatBytes } from '../units.ts';
import { columns, type Paint } from './paint.ts';

/** A table of the backups, newest first, and what else lies there. */
export function catalogueText(catalogue: Catalogue, paint: Paint): string {
  const { cluster, storeUrl, backups, at } = catalogue;
  const head = ['ID', 'AGE', 'SIZE', 'KUBERNETES', 'REVISION', 'STATE', 'SEALED', 'PROOFS'];
  const rows = backups.map((backup) => {
    const state = stateOf(backup);
    return [
      backup.id,
      ageOf(backup.startedAt, at),
      formatBytes(backup.bytes),
      backup.version,
      backup.resourceVersion,
      state === 'complete' ? state : paint('yellow', state),
      sealedOf(backup),
      proofsOf(backup),
    ];
  });
  const table = rows.length === 0 ? [] : ['', ...columns([head.map((name) => paint('dim', name)), ...rows])];
  const leftovers = leftoverLines(catalogue);
  return [
    `${paint('bold', `Cluster ${cluster}`)} in ${storeUrl}: ${catalogueLine(catalogue)}`,
    ...table,
    ...(leftovers.length === 0
      ? []
      : ['', paint('bold', 'These are no backups'), ...leftovers.map((line) => `  ${line}`)]),
  ].join('\n');
}
