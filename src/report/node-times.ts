import type { VersionText } from '../cluster/observation.ts';
import type { StepKind } from '../plan/plan.ts';
import type { StepRecord } from '../rollout/timeline.ts';
import { formatSeconds, secondsBetween } from './units.ts';

/** What one hop meant for one node; durations in seconds, absent where the run did not do that part. */
export interface NodeTimes {
  readonly node: string;
  readonly to: VersionText;
  readonly drain?: number;
  /** kubeadm's work and the kubelet's, together. */
  readonly upgrade?: number;
  /** From the begin of the drain until the node took pods again, or until the run stopped: how long its capacity was missing. */
  readonly away?: number;
  /** Whether it still took no pods when the run stopped. */
  readonly stillAway?: true;
  readonly state: NodeState;
}

export type NodeState =
  | 'upgraded'
  | 'upgraded before'
  /** Another node took its place. */
  | 'replaced'
  | 'failed'
  | 'quarantined'
  | 'interrupted'
  | 'not finished'
  | 'not started';

/** One row for each node and hop, in the order of the steps. */
export function nodeTimes(records: readonly StepRecord[]): readonly NodeTimes[] {
  const groups = new Map<string, StepRecord[]>();
  for (const record of records) {
    if (record.step.node === undefined) continue;
    const key = JSON.stringify([record.step.hop.to, record.step.node]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  const end =
    records
      .map(({ finishedAt = '' }) => finishedAt)
      .toSorted()
      .at(-1) ?? '';
  return [...groups.values()].flatMap((group) => timesOf(group, end));
}

/** How long a node took no pods, for people; undefined where it never did. */
export function awayText({ away, stillAway }: NodeTimes): string | undefined {
  if (away === undefined) return undefined;
  return stillAway ? `${formatSeconds(away)}, still away` : formatSeconds(away);
}

function timesOf(records: readonly StepRecord[], end: string): readonly NodeTimes[] {
  const first = records[0];
  if (first?.step.node === undefined) return [];
  const drain = durationOf(records, ['drain']);
  const upgrade = durationOf(records, ['control-plane', 'kubelet', 'join', 'reset']);
  const away = absence(records, end);
  const times: NodeTimes = {
    node: first.step.node,
    to: first.step.hop.to,
    ...(drain !== undefined && { drain }),
    ...(upgrade !== undefined && { upgrade }),
    ...away,
    state: stateOf(records),
  };
  return [times];
}

function durationOf(records: readonly StepRecord[], kinds: readonly StepKind[]): number | undefined {
  const durations = records.flatMap(({ step, startedAt, finishedAt }) => {
    if (!kinds.includes(step.kind) || startedAt === undefined || finishedAt === undefined) return [];
    return [secondsBetween(startedAt, finishedAt)];
  });
  return durations.length === 0 ? undefined : durations.reduce((sum, seconds) => sum + seconds, 0);
}

function absence(records: readonly StepRecord[], end: string): Pick<NodeTimes, 'away' | 'stillAway'> {
  const drain = records.find((record) => record.step.kind === 'drain' && record.startedAt !== undefined);
  if (drain?.startedAt === undefined || drain.state === 'was-done') return {};
  const back = records.find((record) => record.step.kind === 'uncordon');
  if (back?.state === 'done' && back.finishedAt !== undefined)
    return { away: secondsBetween(drain.startedAt, back.finishedAt) };
  // Somebody else's cordon is none that the run would have to take back.
  if (back === undefined || back.state === 'was-done') return {};
  return { away: secondsBetween(drain.startedAt, end), stillAway: true };
}

function stateOf(records: readonly StepRecord[]): NodeState {
  if (records.some(({ state }) => state === 'failed')) return 'failed';
  if (records.some(({ state }) => state === 'quarantined')) return 'quarantined';
  if (records.some(({ state }) => state === 'interrupted')) return 'interrupted';
  // Packages come to all nodes first: a node is begun with what follows them.
  const states = new Set(records.flatMap(({ step, state }) => (step.kind === 'stage' ? [] : [state])));
  if (records.some(({ step, state }) => step.kind === 'remove' && state === 'done')) return 'replaced';
  if (!states.has('not-started')) return states.has('done') ? 'upgraded' : 'upgraded before';
  return states.has('done') ? 'not finished' : 'not started';
}
