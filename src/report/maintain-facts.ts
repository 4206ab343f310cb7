import type { Step } from '../plan/plan.ts';
import type { StepRecord } from '../rollout/timeline.ts';
import { commandLine } from './commands.ts';
import type { MaintainResult } from './model.ts';
import { count, formatSeconds, secondsBetween } from './units.ts';

export const NODE_COLUMNS = ['Node', 'Role', 'Updates', 'Asks for', ''] as const;
export const WORK_COLUMNS = ['Node', 'Drain', 'Work', 'Restart', 'Away', 'State'] as const;

/** What each node needs, and why it is taken or left. */
export function neededRows({ maintenance }: MaintainResult): readonly (readonly string[])[] {
  return maintenance.nodes.map(({ node, role, updates, rebootAsked = '-', due, reason }) => [
    node,
    role,
    updates.length === 0 ? '-' : updatesText(updates),
    rebootAsked,
    due ? `due: ${reason}` : `left alone: ${reason}`,
  ]);
}

/** What was done on each node, with durations. */
export function workRows({ records }: MaintainResult): readonly (readonly string[])[] {
  const byNode = Map.groupBy(
    records.filter(({ step }) => step.node !== undefined && !['prepare', 'close'].includes(step.kind)),
    ({ step }) => step.node ?? '',
  );
  return [...byNode].map(([node, own]) => [
    node,
    duration(own, 'drain'),
    duration(own, 'system'),
    restartText(own),
    absence(own),
    stateOf(own),
  ]);
}

/** Nodes that were drained by the run. */
export function takenNodes({ records }: MaintainResult): readonly string[] {
  return records.flatMap(({ step, state }) =>
    step.kind === 'uncordon' && state === 'done' && step.node !== undefined ? [step.node] : [],
  );
}

/** Whether anything but a backup was begun. */
export function touchedHosts({ records }: MaintainResult): boolean {
  return records.some(({ step, startedAt }) => step.kind !== 'backup' && startedAt !== undefined);
}

export function maintainCommand({ file, onlyNeeded }: MaintainResult): string {
  return `${commandLine('maintain', file)}${onlyNeeded ? ' --only-needed' : ''}`;
}

function updatesText(updates: readonly string[]): string {
  const named = updates.slice(0, 3).join(', ');
  return updates.length > 3 ? `${count(updates.length, 'package')} (${named}, …)` : named;
}

function restartText(own: readonly StepRecord[]): string {
  const record = own.find(({ step }) => step.kind === 'reboot');
  if (record?.state === 'was-done') return 'none needed';
  return duration(own, 'reboot');
}

function duration(own: readonly StepRecord[], kind: Step['kind']): string {
  const record = own.find(({ step, state }) => step.kind === kind && state === 'done');
  if (record?.startedAt === undefined || record.finishedAt === undefined) return '-';
  return formatSeconds(secondsBetween(record.startedAt, record.finishedAt));
}

function absence(own: readonly StepRecord[]): string {
  const from = own.find(({ step }) => step.kind === 'drain')?.startedAt;
  const to = own.find(({ step, state }) => step.kind === 'uncordon' && state === 'done')?.finishedAt;
  return from === undefined || to === undefined ? '-' : formatSeconds(secondsBetween(from, to));
}

function stateOf(own: readonly StepRecord[]): string {
  const states = new Set(own.map(({ state }) => state));
  if (states.has('failed')) return 'failed';
  if (states.has('interrupted')) return 'interrupted';
  if (!states.has('not-started')) return 'done';
  return states.has('done') || states.has('was-done') ? 'not finished' : 'not started';
}
