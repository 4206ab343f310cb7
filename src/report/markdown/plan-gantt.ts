import type { Step } from '../../plan/plan.ts';
import { awaySteps, type StepGroup, stepGroups } from '../plan-facts.ts';
import { block } from './escape.ts';
import { label } from './gantt.ts';

/** More bars than this cannot be read. */
const mostBars = 60;

interface Bar {
  readonly section: string;
  readonly name: string;
  readonly seconds: number;
  readonly away: boolean;
}

/**
 * The rollout that a plan expects as a Mermaid Gantt chart that begins at zero, a section a node: what happens while the node
 * works, and, marked, while it takes no pods. Where that is too much to be read, a bar is a whole node, and at last all nodes
 * that follow each other. Syntax: https://mermaid.js.org/syntax/gantt.html
 */
export function planGantt(steps: readonly Step[]): string {
  const groups = stepGroups(steps);
  const bars = [groups.flatMap(barsOfSteps), groups.flatMap(barOfNode), barsOfHops(groups)].find(
    (each) => each.length <= mostBars,
  );
  if (bars === undefined || bars.length === 0) return '';
  const lines = ['gantt', '  dateFormat YYYY-MM-DDTHH:mm:ss', '  axisFormat %H:%M'];
  let section: string | undefined;
  let from = 0;
  for (const bar of bars) {
    if (bar.section !== section) lines.push(`  section ${label(bar.section)}`);
    section = bar.section;
    lines.push(`  ${label(bar.name)} :${bar.away ? 'crit, ' : ''}${timeOf(from)}, ${bar.seconds}s`);
    from += bar.seconds;
  }
  return block('mermaid', lines);
}

/** The time in which a node is away is one bar. */
function barsOfSteps({ to, node, steps }: StepGroup): readonly Bar[] {
  const section = node ?? to;
  const away = awaySteps(steps);
  const [first] = away;
  return steps.flatMap((step): readonly Bar[] => {
    if (step === first) return [{ section, name: 'away', seconds: seconds(sumOf(away)), away: true }];
    if (away.includes(step)) return [];
    return [{ section, name: nameOf(step), seconds: seconds(step.expectedSeconds), away: false }];
  });
}

function barOfNode({ to, node, steps }: StepGroup): readonly Bar[] {
  const away = awaySteps(steps).length > 0;
  return [{ section: to, name: node ?? 'cluster', seconds: seconds(sumOf(steps)), away }];
}

function barsOfHops(groups: readonly StepGroup[]): readonly Bar[] {
  const hops = Map.groupBy(groups, ({ to }) => to);
  return [...hops].map(([to, own]) => {
    const nodes = new Set(own.flatMap(({ node }) => (node === undefined ? [] : [node])));
    const total = own.reduce((sum, { steps }) => sum + sumOf(steps), 0);
    return { section: to, name: `${nodes.size} nodes`, seconds: seconds(total), away: false };
  });
}

function sumOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
}

function seconds(expected: number): number {
  return Math.max(1, Math.round(expected));
}

// A chart has no time of its own: the first day of the epoch stands for the beginning.
function timeOf(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 19);
}

function nameOf({ kind }: Step): string {
  return kind === 'stage' ? 'packages and images' : kind.replaceAll('-', ' ');
}
