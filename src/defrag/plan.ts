import type { DefragConfig } from '../config/schema.ts';
import type { EtcdAlarm } from '../ports/etcd.ts';
import { type EtcdState, fragmentationOf, type MemberState, problemsOf } from './state.ts';

export type DefragStepKind =
  | 'backup'
  /** History is forgotten; only where etcd is full, when the API server cannot do it. */
  | 'compact'
  | 'defragment'
  /** Between two members. */
  | 'pause'
  /** Alarms of a full database are taken back. */
  | 'disarm';

/** Plain data: what a dry run prints, what a run does, and what journal and summary tell. */
export interface DefragStep {
  /** Unique in the plan, for example `defrag/cp1`. */
  readonly id: string;
  readonly kind: DefragStepKind;
  /** Name of the member; absent for steps of all of them. */
  readonly node?: string;
  /** For people: what it does, as a short sentence. */
  readonly does: string;
  /** Of `pause`. */
  readonly seconds?: number;
}

/** What is to be done about one member. */
export interface MemberPlan extends Omit<MemberState, 'revision'> {
  /** In per cent. */
  readonly fragmentation: number;
  readonly due: boolean;
  /** For people: why it is due, or is not. */
  readonly reason: string;
}

/** Pure function of the state of etcd and of the cluster file. */
export interface DefragPlan {
  readonly format: 'kubestair.dev/defrag-plan/v1';
  readonly tool: string;
  readonly cluster: string;
  readonly verdict: 'ready' | 'blocked' | 'nothing-to-do';
  /** In the order in which they are taken. */
  readonly members: readonly MemberPlan[];
  readonly alarms: readonly EtcdAlarm[];
  /** What speaks against it, each as a sentence. */
  readonly problems: readonly string[];
  readonly steps: readonly DefragStep[];
}

/** The default of --quota-backend-bytes, for members that do not tell theirs (etcd, server/storage/quota.go). */
const DEFAULT_QUOTA_BYTES = 2 * 1024 ** 3;
/** Closer to the quota than this the alarm would be back with the next writes. */
const ROOM_PERCENT = 5;
/** Once etcd is full, a member that has less room than this is worth a defragmentation. */
const FULL_PERCENT = 20;

/**
 * Members in the order in which they are taken, the leader last, and what is done about each. Where an alarm says that etcd is full,
 * every member without room is due whatever the thresholds say, and history is forgotten first.
 * Source of order and thresholds: OpenShift's cluster-etcd-operator, pkg/operator/defragcontroller; of what is done when etcd is full:
 * etcd.io/docs/v3.6/op-guide/maintenance ("Space quota").
 */
export function planDefrag(
  state: EtcdState,
  config: DefragConfig,
  { cluster, tool }: { readonly cluster: string; readonly tool: string },
): DefragPlan {
  const full = isFull(state);
  const members = inOrder(state.members).map((member) => planMember(member, config, full));
  const due = members.filter((member) => member.due);
  const problems = due.length === 0 && !full ? [] : [...problemsOf(state), ...corruption(state)];
  const steps = due.length === 0 && !full ? [] : stepsFor(due, config, full);
  const verdict = problems.length > 0 ? 'blocked' : steps.length === 0 ? 'nothing-to-do' : 'ready';
  return {
    format: 'kubestair.dev/defrag-plan/v1',
    tool,
    cluster,
    verdict,
    members,
    alarms: state.alarms,
    problems,
    steps,
  };
}

/** Whether an alarm says that a database is full: then nobody can write. */
export function isFull({ alarms }: Pick<EtcdState, 'alarms'>): boolean {
  return alarms.some(({ kind }) => kind === 'NOSPACE');
}

/** Whether a member has enough to win by a defragmentation. @param full an alarm says that etcd is full: then a member without room is due */
export function isDue(
  member: MemberState,
  { fragmentationPercent, minSizeBytes }: DefragConfig,
  full: boolean,
): boolean {
  if (member.learner) return false;
  if (full && !hasRoom(member, FULL_PERCENT)) return true;
  return fragmentationOf(member) >= fragmentationPercent && member.dbSizeBytes >= minSizeBytes;
}

/** Whether a member has room again below its quota, so that an alarm can be taken back. */
export function hasRoom({ dbSizeBytes, dbSizeQuotaBytes }: MemberState, percent = ROOM_PERCENT): boolean {
  const quota = dbSizeQuotaBytes === 0 ? DEFAULT_QUOTA_BYTES : dbSizeQuotaBytes;
  return dbSizeBytes < quota * (1 - percent / 100);
}

function planMember(member: MemberState, config: DefragConfig, full: boolean): MemberPlan {
  const fragmentation = fragmentationOf(member);
  const { revision: _, ...rest } = member;
  // What grows until its turn comes is looked at again then.
  const due = full ? !member.learner : isDue(member, config, false);
  return { ...rest, fragmentation, due, reason: reasonFor(member, fragmentation, config, full) };
}

function reasonFor(
  member: MemberState,
  fragmentation: number,
  { fragmentationPercent, minSizeBytes }: DefragConfig,
  full: boolean,
): string {
  if (member.learner) return 'it is a learner, which etcd does not let be defragmented';
  if (full) return 'etcd is full';
  if (fragmentation < fragmentationPercent) return `less than ${fragmentationPercent} % are free`;
  if (member.dbSizeBytes < minSizeBytes) return 'its database is small';
  return `${fragmentationPercent} % or more are free`;
}

function corruption({ alarms, members }: EtcdState): readonly string[] {
  return alarms
    .filter(({ kind }) => kind !== 'NOSPACE')
    .map(({ kind, memberId }) => `${nameOf(memberId, members)} has the alarm ${kind}`);
}

function nameOf(memberId: string, members: readonly MemberState[]): string {
  return members.find(({ id }) => id === memberId)?.name ?? memberId;
}

function stepsFor(
  due: readonly MemberPlan[],
  { pauseSeconds }: DefragConfig,
  full: boolean,
): readonly DefragStep[] {
  const work = due.flatMap(({ name, leader }, index): readonly DefragStep[] => [
    ...(index === 0 || pauseSeconds === 0 ? [] : [pauseBefore(name, pauseSeconds)]),
    {
      id: `defrag/${name}`,
      kind: 'defragment',
      node: name,
      does: `Defragment etcd member ${name}${leader ? ', the leader' : ''}, with all members healthy before and after`,
    },
  ]);
  return [
    {
      id: 'defrag/backup',
      kind: 'backup',
      does: 'Back up every resource, etcd and the control-plane hosts, and read it back',
    },
    ...(full ? [COMPACT] : []),
    ...work,
    ...(full ? [DISARM] : []),
  ];
}

function pauseBefore(name: string, seconds: number): DefragStep {
  return {
    id: `defrag/${name}/pause`,
    kind: 'pause',
    does: `Watch etcd for ${seconds} s before ${name}`,
    seconds,
  };
}

const COMPACT: DefragStep = {
  id: 'defrag/compact',
  kind: 'compact',
  does: 'Forget the history of etcd, which the API server cannot do while etcd is full',
};

const DISARM: DefragStep = {
  id: 'defrag/disarm',
  kind: 'disarm',
  does: 'Take back the alarms of full databases, once every member has room',
};

function inOrder(members: readonly MemberState[]): readonly MemberState[] {
  return members.toSorted((a, b) => Number(a.leader) - Number(b.leader) || (a.name < b.name ? -1 : 1));
}
