import type { Doable, StepRecord } from '../../rollout/timeline.ts';
import { progressOf } from '../progress.ts';
import { count } from '../units.ts';
import { code, details, md, table } from './escape.ts';
import { gantt, type Shown } from './gantt.ts';

/** The steps of a plan, folded; nothing where there are none. @param column what a step is done on */
export function plannedSteps(steps: readonly Doable[], column: string): string {
  if (steps.length === 0) return '';
  const rows = steps.map(({ node, does }, index) => [
    String(index + 1),
    node === undefined ? '' : code(node),
    md(does),
  ]);
  return details(count(steps.length, 'step'), table(['', column, ''], rows));
}

/** The steps that a run stopped at or did not come to; nothing where it did all of them. */
export function openSteps<S extends Doable>(records: readonly StepRecord<S>[]): string {
  const { stopped, open } = progressOf(records);
  const rows = [...stopped, ...open].map(({ step, state, error = '' }) => [
    code(step.id),
    state.replace('-', ' '),
    md(error),
  ]);
  return rows.length === 0 ? '' : `### Not done\n\n${table(['Step', 'State', ''], rows)}`;
}

/** When each step ran, as a folded chart; nothing where none did. */
export function timeline(records: readonly StepRecord<Shown>[]): string {
  const chart = gantt(records);
  return chart === '' ? '' : details('Timeline (UTC)', chart);
}
