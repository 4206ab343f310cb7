import type { PruneReport } from '../../backup/prune.ts';
import { prunedLine, prunedLists, ruleLine } from '../prune-facts.ts';
import { code, details, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

export function pruneSections(report: PruneReport): readonly Section[] {
  const rows = report.kept.map(({ id, reasons }) => [code(id), md(reasons.join(', '))]);
  return [
    {
      name: 'retention',
      keep: 'always',
      text: `### Retention\n\n${code(report.cluster)}: ${md(ruleLine(report))}. In short: ${md(prunedLine(report))}.`,
    },
    ...prunedLists(report).map(({ title, lines }) => ({
      name: title,
      keep: KEEP.findings,
      text: [`**${title}**`, '', ...lines.map((line) => `- ${md(line)}`)].join('\n'),
    })),
    {
      name: 'what is kept',
      keep: KEEP.journal,
      text: rows.length === 0 ? '' : details('What is kept', table(['Id', 'Kept as'], rows)),
    },
  ];
}
