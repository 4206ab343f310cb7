import type { Step } from '../../plan/plan.ts';
import { startsOf } from '../../plan/units.ts';
import { awaySteps, type StepGroup, stepGroups } from '../plan-facts.ts';
import { block } from './escape.ts';
import { label } from './gantt.ts';

/** More bars than this cannot be read. */
const mostBars = 60;

interface Bar {
  readonly section: string;
  readonly name: string;
  /** Seconds from the beginning. */
  readonly from: number;
  readonly seconds: number;
  readonly away: boolean;
}

/** When each step is expected to start, in seconds from the beginning. */
type Starts = ReadonlyMap<Step, number>;

/**
 * The rollout that a plan expects as a Mermaid Gantt chart that begins at zero, a section a node: what happens while the node
 * works, and, marked, while it takes no pods. Where that is too much to be read, a bar is a whole node, and at last all nodes
 * of a hop. Syntax: https://mermaid.js.org/syntax/gantt.html
 * @param atOnce hosts that are worked on side by side
 */
export function planGantt(steps: readonly Step[], atOnce: number): string {
  const starts = startsOf(steps, atOnce);
  const groups = stepGroups(steps);
  const bars = [
    groups.flatMap((group) => barsOfSteps(group, starts)),
    groups.map((group) => barOfNode(group, starts)),
    barsOfHops(groups, starts),
  ].find((each) => each.length <= mostBars);
  if (bars === undefined || bars.length === 0) return '';
  const lines = ['gantt', '  dateFormat YYYY-MM-DDTHH:mm:ss', '  axisFormat %H:%M'];
  let section: string | undefined;
  for (const bar of bars) {
    if (bar.section !== section) lines.push(`  section ${label(bar.section)}`);
    section = bar.section;
    lines.push(
      `  ${label(bar.name)} :${bar.away ? 'crit, ' : ''}${timeOf(bar.from)}, ${seconds(bar.seconds)}s`,
    );
  }
  return block('mermaid', lines);
}

/** The time in which a node is away is one bar. */
function barsOfSteps({ to, node, steps }: StepGroup, starts: Starts): readonly Bar[] {
  const section = node ?? to;
  const away = awaySteps(steps);
  const [first] = away;
  return steps.flatMap((step): readonly Bar[] => {
    if (step === first) return [{ section, name: 'takes no pods', ...spanOf(away, starts), away: true }];
    if (away.includes(step)) return [];
    return [{ section, name: nameOf(step), ...spanOf([step], starts), away: false }];
  });
}

function barOfNode({ to, node, steps }: StepGroup, starts: Starts): Bar {
  const away = awaySteps(steps);
  const shown = away.length > 0 ? away : steps;
  return { section: to, name: node ?? 'cluster', ...spanOf(shown, starts), away: away.length > 0 };
}

function barsOfHops(groups: readonly StepGroup[], starts: Starts): readonly Bar[] {
  return [...Map.groupBy(groups, ({ to }) => to)].map(([to, own]) => {
    const nodes = new Set(own.flatMap(({ node }) => (node === undefined ? [] : [node])));
    const span = spanOf(
      own.flatMap(({ steps }) => steps),
      starts,
    );
    return { section: to, name: `${nodes.size} nodes`, ...span, away: false };
  });
}

/** From the first of some steps to the end of the last. */
function spanOf(steps: readonly Step[], starts: Starts): { readonly from: number; readonly seconds: number } {
  const begins = steps.map((step) => starts.get(step) ?? 0);
  const ends = steps.map((step) => (starts.get(step) ?? 0) + step.expectedSeconds);
  const from = begins.reduce((a, b) => Math.min(a, b), begins[0] ?? 0);
  return { from, seconds: ends.reduce((a, b) => Math.max(a, b), from) - from };
}

function seconds(expected: number): number {
  return Math.max(1, Math.round(expected));
}

// A chart has no time of its own: the first day of the epoch stands for the beginning.
function timeOf(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 19);
}

function nameOf({ kind, gate, hook }: Step): string {
  const own = gate ?? hook;
  if (own !== undefined) return `${kind} ${own.name}`;
  return kind === 'stage' ? 'packages and images' : kind.replaceAll('-', ' ');
}
