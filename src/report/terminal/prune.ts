import type { PruneReport } from '../../backup/prune.ts';
import { prunedLine, prunedLists, ruleLine } from '../prune-facts.ts';
import { columns, type Paint } from './paint.ts';

/** The rule, why each backup stays, and what goes. */
export function pruneText(report: PruneReport, paint: Paint): string {
  const { cluster, storeUrl, kept } = report;
  const head = ['ID', 'KEPT AS'].map((name) => paint('dim', name));
  const rows = kept.map(({ id, reasons }) => [id, reasons.join(', ')]);
  return [
    `${paint('bold', `Cluster ${cluster}`)} in ${storeUrl}: ${ruleLine(report)}`,
    ...(rows.length === 0 ? [] : ['', ...columns([head, ...rows])]),
    ...prunedLists(report).flatMap(({ title, lines }) => [
      '',
      paint('bold', title),
      ...lines.map((line) => `  ${line}`),
    ]),
    '',
    `In short: ${prunedLine(report)}`,
  ].join('\n');
}
