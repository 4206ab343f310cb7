import { formatLocation } from '../../errors.ts';
import { type OfflinePlan, wantedText } from '../../plan/offline.ts';
import type { PlanSource } from '../model.ts';
import { columns, type Paint } from './paint.ts';

/** A plan from files alone, which says so before anything else. */
export function offlineText(plan: OfflinePlan, source: PlanSource, paint: Paint): string {
  const path = [...(plan.from === undefined ? [] : [plan.from]), ...plan.path].map(wantedText).join(' -> ');
  const facts = [
    ['Cluster', plan.cluster],
    ['Asked for', `${wantedText(plan.to)} in ${formatLocation(source.versionAt)}`],
    ['Path', plan.path.length === 0 ? 'the version stays' : path],
  ].map(([name = '', value = '']) => [paint('bold', name), value]);
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', paint('bold', title), ...lines.map((line) => `  ${line}`)];
  return [
    paint('yellow', 'Not checked against the cluster: made from the files alone. Nobody may approve it.'),
    '',
    ...columns(facts),
    ...list('Not checked', plan.notChecked),
    ...list('The file changes more than the version', plan.settings),
  ].join('\n');
}
