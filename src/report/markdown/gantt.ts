import type { Doable, StepRecord } from '../../rollout/timeline.ts';
import { secondsBetween } from '../units.ts';
import { block } from './escape.ts';

/** A step as far as a chart shows it. */
export type Shown = Doable & { readonly kind: string; readonly hop?: { readonly to: string } };

/** More bars than this cannot be read. */
const mostBars = 80;

/**
 * The run as a Mermaid Gantt chart, one section a node, in UTC; empty where nothing was started or the bars are too many
 * to be read. Syntax: https://mermaid.js.org/syntax/gantt.html
 */
export function gantt(records: readonly StepRecord<Shown>[]): string {
  const bars = records.filter((record) => record.startedAt !== undefined && record.finishedAt !== undefined);
  if (bars.length === 0 || bars.length > mostBars) return '';
  const lines = ['gantt', '  dateFormat YYYY-MM-DDTHH:mm:ss', '  axisFormat %H:%M:%S'];
  for (const [name, own] of Map.groupBy(bars, ({ step }) => step.node ?? 'cluster')) {
    lines.push(`  section ${label(name)}`, ...own.map((record) => `  ${bar(record)}`));
  }
  return block('mermaid', lines);
}

function bar({ step, state, startedAt = '', finishedAt = '' }: StepRecord<Shown>): string {
  const seconds = Math.max(1, Math.round(secondsBetween(startedAt, finishedAt)));
  const bad = state === 'failed' || state === 'quarantined';
  const mark = bad ? 'crit, ' : state === 'interrupted' ? 'active, ' : 'done, ';
  const start = new Date(startedAt).toISOString().slice(0, 19);
  return `${step.kind} ${label(step.node ?? step.hop?.to ?? 'cluster')} :${mark}${start}, ${seconds}s`;
}

// Colons, semicolons, commas, hashes and per cent signs are syntax to Mermaid, and a name is only a label here.
export function label(text: string): string {
  return text.replace(/[^\w.\- ]/g, '_');
}
