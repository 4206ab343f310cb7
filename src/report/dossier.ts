import type { DossierPart } from '../dossier/gather.ts';
import type { Plan } from '../plan/plan.ts';
import { scrub } from '../plan/saved/scrub.ts';
import type { StepRecord } from '../rollout/timeline.ts';
import { cleanText } from './clean.ts';
import { commandLine } from './commands.ts';
import type { Outcome, PlanSource } from './model.ts';
import { awayText, type NodeTimes, nodeTimes } from './node-times.ts';
import { progressOf } from './progress.ts';
import { count } from './units.ts';

export interface DossierInput {
  readonly tool: string;
  readonly runId: string;
  /** RFC 3339. */
  readonly at: string;
  readonly plan: Plan;
  readonly source: PlanSource;
  readonly outcome: Outcome;
  readonly records: readonly StepRecord[];
  readonly parts: readonly DossierPart[];
}

/**
 * What somebody needs who was not there when a run stopped: why, what was done and not, how to go on and back, and what hosts and
 * cluster said just then. Markdown that reads as text; without what looks like a credential, so that it can be shown to others.
 */
export function dossierText(input: DossierInput): string {
  const { plan, source, outcome, records, parts } = input;
  const { done, doneBefore, stopped, open } = progressOf(records);
  const { problem } = outcome;
  const head = [
    `# ${plan.cluster}: the upgrade from ${plan.current} to ${plan.target} stopped`,
    `Run ${input.runId}, ${outcome.state} at ${input.at}, ${input.tool}, plan ${plan.hash}.`,
    problem === undefined ? '' : `${problem.code}: ${problem.message}`,
    ...(problem?.evidence ?? []).map((line) => `- ${line}`),
    problem?.next === undefined ? '' : `Next: ${problem.next}`,
    '## To go on, and to go back',
    fenced(
      [
        '# to go on',
        commandLine('upgrade', source.file),
        `# what it would take to go back to ${plan.current}`,
        `${commandLine('rollback', source.file)} --dry-run`,
      ].join('\n'),
    ),
    '## How each node stands',
    nodeTimes(records).map(nodeLine).join('\n') || 'none was begun',
    `## Done: ${count(done.length + doneBefore.length, 'step')} of ${records.length}`,
    listOf([...doneBefore, ...done]),
    '## Stopped at',
    listOf(stopped),
    `## Not done: ${count(open.length, 'step')}`,
    listOf(open),
  ];
  const found = parts.flatMap(({ title, text }) => [`## ${title}`, fenced(text)]);
  return `${[...head, ...found]
    .filter((part) => part !== '')
    .map((part) => cleanText(scrub(part)))
    .join('\n\n')}\n`;
}

function nodeLine(times: NodeTimes): string {
  const away = awayText(times);
  return `- ${times.node} (${times.to}): ${times.state}${away === undefined ? '' : `; took no pods for ${away}`}`;
}

function listOf(records: readonly StepRecord[]): string {
  return records.map(lineOf).join('\n') || 'none';
}

function lineOf({ step, state, startedAt, finishedAt, error, notes }: StepRecord): string {
  const when = startedAt === undefined ? '' : `, ${startedAt} to ${finishedAt ?? '?'}`;
  const why = [...(error === undefined ? [] : [error]), ...notes].map(
    (line) => `\n  - ${line.replaceAll('\n', '\n    ')}`,
  );
  return `- ${step.id} (${state}${when}): ${step.does}${why.join('')}`;
}

// A fence longer than any within.
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
