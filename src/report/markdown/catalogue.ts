import { ageOf, catalogueLine, leftoverLines, proofsOf, sealedOf, stateOf } from '../catalogue-facts.ts';
import type { Catalogue } from '../model.ts';
import { formatBytes } from '../units.ts';
import { code, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

export function catalogueSections(catalogue: Catalogue): readonly Section[] {
  const rows = catalogue.backups.map((backup) => [
    code(backup.id),
    ageOf(backup.startedAt, catalogue.at),
    formatBytes(backup.bytes),
    md(backup.version),
    md(backup.resourceVersion),
    stateOf(backup),
    sealedOf(backup),
    proofsOf(backup),
  ]);
  const head = ['Id', 'Age', 'Size', 'Kubernetes', 'Revision', 'State', 'Sealed', 'Proofs'];
  return [
    {
      name: 'heading',
      keep: 'always',
      text: `## Backups of ${code(catalogue.cluster)}\n\n${code(catalogue.storeUrl)}: ${catalogueLine(catalogue)}`,
    },
    { name: 'backups', keep: KEEP.findings, text: rows.length === 0 ? '' : table(head, rows) },
    {
      name: 'what is no backup',
      keep: KEEP.journal,
      text: leftoverLines(catalogue)
        .map((line) => `- ${md(line)}`)
        .join('\n'),
    },
  ];
}
