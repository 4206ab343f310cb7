import { type Known, known, unknown } from '../../cluster/known.ts';
import type { EtcdObservation } from '../../cluster/observation.ts';
import { isNoSpace } from '../../defrag/state.ts';
import { KubestairError } from '../../errors.ts';
import type { Etcd, EtcdAlarm, EtcdMember, EtcdStatus } from '../../ports/etcd.ts';
import type { EtcdRoutes, MemberRoute } from './etcd-access.ts';

interface Answer {
  readonly members: readonly EtcdMember[];
  readonly status: EtcdStatus;
  readonly alarms: readonly EtcdAlarm[];
}

/** Asks every member for itself: one that only the others report on may be gone. */
export async function observeMembers(
  { topology, routes }: EtcdRoutes,
  signal?: AbortSignal,
): Promise<Known<EtcdObservation>> {
  const attempts = await Promise.allSettled(routes.map((route) => ask(route, signal)));
  signal?.throwIfAborted();
  const answers = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const first = answers[0];
  if (first === undefined) return unknown(`no etcd member answers: ${reasons(attempts)}`);
  const statuses = new Map(answers.map(({ status }) => [status.memberId, status]));
  const members = first.members.map((member) => describe(member, statuses));
  const names = new Map(first.members.map(({ id, name }) => [id, name]));
  const alarms = first.alarms.map(({ memberId, kind }) => `${kind} on ${names.get(memberId) ?? memberId}`);
  return known({ topology, members, alarms });
}

/**
 * A connection to one healthy member that is no learner, a follower where there is one: a snapshot is work for a member.
 * @param wanted Name or id of the one member to take; default any.
 * @throws KubestairError ETCD_UNHEALTHY, MEMBER_NOT_FOUND
 */
export async function openHealthyMember(
  { routes }: EtcdRoutes,
  wanted: string | undefined,
  signal?: AbortSignal,
): Promise<Etcd> {
  const problems: string[] = [];
  const others = new Set<string>();
  let leader: Etcd | undefined;
  for (const route of routes) {
    try {
      const etcd = await route.open(signal);
      const member = await memberOf(etcd, signal);
      const isWanted = wanted === undefined || wanted === member.name || wanted === member.id;
      if (isWanted && (wanted !== undefined || !member.leader)) {
        await leader?.close();
        return etcd;
      }
      if (isWanted) leader = etcd;
      else {
        others.add(member.name);
        await etcd.close();
      }
    } catch (thrown) {
      signal?.throwIfAborted();
      problems.push(`${route.name}: ${messageOf(thrown)}`);
    }
  }
  if (leader !== undefined) return leader;
  if (wanted !== undefined && problems.length === 0) throw notFound(wanted, [...others]);
  throw new KubestairError(
    'ETCD_UNHEALTHY',
    `No healthy etcd member ${wanted === undefined ? '' : `${wanted} `}can be reached (${problems.join('; ')})`,
    {
      object: 'etcd',
      next: 'Look at the etcd pods with kubectl -n kube-system get pods -l component=etcd, with crictl on a control-plane host, or at the unit of an external etcd.',
    },
  );
}

/** Every member that a route leads to; what a route lacks the member list of the others shows. */
export async function openAllMembers({ routes }: EtcdRoutes, signal?: AbortSignal): Promise<readonly Etcd[]> {
  const opened = await Promise.allSettled(routes.map((route) => route.open(signal)));
  const members = opened.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  if (signal?.aborted) await Promise.all(members.map((etcd) => etcd.close()));
  signal?.throwIfAborted();
  return members;
}

async function ask(route: MemberRoute, signal?: AbortSignal): Promise<Answer> {
  const etcd = await route.open(signal);
  try {
    const [members, status, alarms] = await Promise.all([
      etcd.members(signal),
      etcd.status(signal),
      etcd.alarms(signal),
    ]);
    return { members, status, alarms };
  } finally {
    await etcd.close();
  }
}

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly leader: boolean;
}

/** @throws when the member is not one to take a snapshot from; the connection is closed then. */
async function memberOf(etcd: Etcd, signal?: AbortSignal): Promise<Candidate> {
  try {
    const { memberId: id, leaderId, learner, errors } = await etcd.status(signal);
    if (learner) throw new Error('is a learner');
    const worse = errors.filter((error) => !isNoSpace(error));
    if (worse.length > 0) throw new Error(worse.join(', '));
    const members = await etcd.members(signal);
    const name = members.find((member) => member.id === id)?.name ?? '';
    return { id, name, leader: id === leaderId };
  } catch (thrown) {
    await etcd.close();
    throw thrown;
  }
}

function notFound(wanted: string, others: readonly string[]): KubestairError {
  return new KubestairError('MEMBER_NOT_FOUND', `etcd has no member ${wanted}`, {
    object: 'etcd',
    next: `Choose one of ${others.join(', ')}, or leave --member out.`,
  });
}

function describe(
  member: EtcdMember,
  statuses: ReadonlyMap<string, EtcdStatus>,
): EtcdObservation['members'][number] {
  const status = statuses.get(member.id);
  return {
    id: member.id,
    name: member.name,
    learner: member.learner,
    leader: status !== undefined && status.leaderId === member.id,
    version: status?.version ?? '',
    dbSizeBytes: status?.dbSizeBytes ?? 0,
    ...(status !== undefined && { dbSizeInUseBytes: status.dbSizeInUseBytes }),
    ...(status !== undefined && status.dbSizeQuotaBytes > 0 && { dbQuotaBytes: status.dbSizeQuotaBytes }),
    healthy: status !== undefined && status.errors.length === 0,
  };
}

function reasons(attempts: readonly PromiseSettledResult<unknown>[]): string {
  const failed = attempts.flatMap((attempt) =>
    attempt.status === 'rejected' ? [messageOf(attempt.reason)] : [],
  );
  return failed.length === 0 ? 'there is no control-plane node' : failed.join('; ');
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
