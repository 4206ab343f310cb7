import type { Etcd, EtcdAlarm, EtcdMember, EtcdStatus } from '../ports/etcd.ts';

/** One member of etcd, as it was seen. */
export interface MemberState {
  /** Hexadecimal, as etcdctl prints it. */
  readonly id: string;
  readonly name: string;
  readonly leader: boolean;
  readonly learner: boolean;
  readonly version: string;
  readonly dbSizeBytes: number;
  readonly dbSizeInUseBytes: number;
  /** --quota-backend-bytes; 0 where the member does not tell. */
  readonly dbSizeQuotaBytes: number;
  readonly revision: bigint;
  /** What keeps it from serving; a full database is an alarm, see EtcdState, and none of these. */
  readonly problems: readonly string[];
}

/** All members that the cluster knows of. */
export interface EtcdState {
  readonly members: readonly MemberState[];
  readonly alarms: readonly EtcdAlarm[];
}

/** Whether an error of a status is the alarm of a full database, as etcd 3.5 to 3.7 write it: `memberID:1 alarm:NOSPACE`. */
export function isNoSpace(error: string): boolean {
  return /\bNOSPACE\b/.test(error);
}

/** Share of the database that nobody uses, in per cent. */
export function fragmentationOf({
  dbSizeBytes,
  dbSizeInUseBytes,
}: Pick<MemberState, 'dbSizeBytes' | 'dbSizeInUseBytes'>): number {
  if (dbSizeBytes === 0) return 0;
  return Math.max(0, ((dbSizeBytes - dbSizeInUseBytes) / dbSizeBytes) * 100);
}

/** Everything that keeps etcd from losing a member for a while: one that is away or sick, no leader or two of them. */
export function problemsOf({ members }: EtcdState): readonly string[] {
  const sick = members.flatMap(({ name, problems }) => problems.map((problem) => `${name} ${problem}`));
  if (members.length === 0) return ['no member answers'];
  const leaders = members.filter(({ leader }) => leader);
  if (sick.length === 0 && leaders.length !== 1) return ['etcd has no leader'];
  return sick;
}

/** Asks every member for itself. What none of the connections leads to is away. */
export async function readEtcdState(connections: readonly Etcd[], signal?: AbortSignal): Promise<EtcdState> {
  const answers = (await Promise.all(connections.map((etcd) => ask(etcd, signal)))).filter(
    (answer) => answer !== undefined,
  );
  signal?.throwIfAborted();
  const [first] = answers;
  if (first === undefined) return { members: [], alarms: [] };
  const statuses = new Map(answers.map(({ status }) => [status.memberId, status]));
  return {
    members: first.members.map((member) => stateOf(member, statuses.get(member.id))),
    alarms: first.alarms,
  };
}

interface Answer {
  readonly members: readonly EtcdMember[];
  readonly status: EtcdStatus;
  readonly alarms: readonly EtcdAlarm[];
}

async function ask(etcd: Etcd, signal?: AbortSignal): Promise<Answer | undefined> {
  try {
    const [members, status, alarms] = await Promise.all([
      etcd.members(signal),
      etcd.status(signal),
      etcd.alarms(signal),
    ]);
    return { members, status, alarms };
  } catch {
    return undefined;
  }
}

function stateOf({ id, name, learner }: EtcdMember, status: EtcdStatus | undefined): MemberState {
  if (status === undefined) {
    return {
      id,
      name,
      learner,
      leader: false,
      version: '',
      dbSizeBytes: 0,
      dbSizeInUseBytes: 0,
      dbSizeQuotaBytes: 0,
      revision: 0n,
      problems: ['does not answer'],
    };
  }
  const { version, dbSizeBytes, dbSizeInUseBytes, dbSizeQuotaBytes, revision, errors } = status;
  return {
    id,
    name,
    learner,
    leader: status.leaderId === id,
    version,
    dbSizeBytes,
    dbSizeInUseBytes,
    dbSizeQuotaBytes,
    revision,
    problems: errors.filter((error) => !isNoSpace(error)).map((error) => `says ${error}`),
  };
}
