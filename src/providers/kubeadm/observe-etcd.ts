import { type Known, known, unknown } from '../../cluster/known.ts';
import type { EtcdObservation, NodeObservation } from '../../cluster/observation.ts';
import { KubestairError } from '../../errors.ts';
import type { Etcd, EtcdAlarm, EtcdMember, EtcdStatus } from '../../ports/etcd.ts';

/** Opens the member on a node. */
export type OpenOn = (node: NodeObservation) => Promise<Etcd>;

interface Answer {
  readonly node: string;
  readonly members: readonly EtcdMember[];
  readonly status: EtcdStatus;
  readonly alarms: readonly EtcdAlarm[];
}

/**
 * Asks every stacked member for itself: a member that only the others report on may be gone.
 * Members and nodes go by the same names (kubeadm phases/etcd/local.go).
 */
export async function observeMembers(
  nodes: readonly NodeObservation[],
  open: OpenOn,
  signal?: AbortSignal,
): Promise<Known<EtcdObservation>> {
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane');
  const attempts = await Promise.allSettled(controlPlanes.map((node) => ask(node, open, signal)));
  signal?.throwIfAborted();
  const answers = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const first = answers[0];
  if (first === undefined) return unknown(`no etcd member answers: ${reasons(attempts)}`);
  const statuses = new Map(answers.map(({ status }) => [status.memberId, status]));
  const members = first.members.map((member) => describe(member, statuses));
  const names = new Map(first.members.map(({ id, name }) => [id, name]));
  const alarms = first.alarms.map(({ memberId, kind }) => `${kind} on ${names.get(memberId) ?? memberId}`);
  return known({ topology: 'stacked', members, alarms });
}

/**
 * A connection to one healthy member that is no learner, a follower where there is one: a snapshot is work for a member.
 * @throws KubestairError ETCD_UNHEALTHY
 */
export async function openHealthyMember(
  nodes: readonly NodeObservation[],
  open: OpenOn,
  signal?: AbortSignal,
): Promise<Etcd> {
  const problems: string[] = [];
  let leader: Etcd | undefined;
  for (const node of nodes.filter(({ role }) => role === 'control-plane')) {
    try {
      const etcd = await open(node);
      const status = await statusOf(etcd, signal);
      if (status.memberId !== status.leaderId) {
        await leader?.close();
        return etcd;
      }
      leader = etcd;
    } catch (thrown) {
      signal?.throwIfAborted();
      problems.push(`${node.name}: ${messageOf(thrown)}`);
    }
  }
  if (leader !== undefined) return leader;
  throw new KubestairError(
    'ETCD_UNHEALTHY',
    `No healthy etcd member can be reached (${problems.join('; ')})`,
    {
      object: 'etcd',
      next: 'Look at the etcd pods with kubectl -n kube-system get pods -l component=etcd, or with crictl on a control-plane host.',
    },
  );
}

async function ask(node: NodeObservation, open: OpenOn, signal?: AbortSignal): Promise<Answer> {
  const etcd = await open(node);
  try {
    const [members, status, alarms] = await Promise.all([
      etcd.members(signal),
      etcd.status(signal),
      etcd.alarms(signal),
    ]);
    return { node: node.name, members, status, alarms };
  } finally {
    await etcd.close();
  }
}

/** @throws when the member is not one to take a snapshot from; the connection is closed then. */
async function statusOf(etcd: Etcd, signal?: AbortSignal): Promise<EtcdStatus> {
  try {
    const status = await etcd.status(signal);
    if (status.learner) throw new Error('is a learner');
    if (status.errors.length > 0) throw new Error(status.errors.join(', '));
    return status;
  } catch (thrown) {
    await etcd.close();
    throw thrown;
  }
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
