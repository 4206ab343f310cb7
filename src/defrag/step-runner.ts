import type { DefragConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Etcd } from '../ports/etcd.ts';
import type { StepRunContext, StepRunner } from '../rollout/engine.ts';
import { waitFor } from '../rollout/gates.ts';
import { type DefragStep, hasRoom, isDue, isFull } from './plan.ts';
import { type EtcdState, problemsOf, readEtcdState } from './state.ts';

export interface DefragRunnerDeps {
  /** Connections to all members that can be reached; closed by the caller. */
  readonly openMembers: (signal: AbortSignal) => Promise<readonly Etcd[]>;
  readonly config: DefragConfig;
  /** Whether the plan was made for an etcd that is full. */
  readonly full: boolean;
  readonly clock: Clock;
  /** How long etcd may take to be healthy again, in seconds. */
  readonly timeoutSeconds: number;
  readonly backUp: () => Promise<void>;
}

/** Carries out the steps of a defragmentation. What is done is read from etcd. */
export function openDefragRunner(deps: DefragRunnerDeps): StepRunner<DefragStep> {
  const look = (signal: AbortSignal): Promise<EtcdState> =>
    withMembers(deps, signal, (members) => readEtcdState(members, signal));
  return {
    async isDone(step, signal) {
      switch (step.kind) {
        case 'defragment': {
          const member = (await look(signal)).members.find(({ name }) => name === step.node);
          return (
            member !== undefined && member.problems.length === 0 && !isDue(member, deps.config, deps.full)
          );
        }
        case 'disarm':
          return !isFull(await look(signal));
        case 'backup':
        case 'compact':
        case 'pause':
          return false;
      }
    },

    async run(step, context) {
      const { signal } = context;
      switch (step.kind) {
        case 'backup':
          return await deps.backUp();
        case 'compact':
          return await withMembers(deps, signal, (members) => compact(members, context));
        case 'defragment': {
          await healthy(look, deps, context);
          await withMembers(deps, signal, (members) => defragment(step.node ?? '', members, context));
          return await healthy(look, deps, context);
        }
        case 'pause':
          await deps.clock.sleep((step.seconds ?? 0) * 1000, signal);
          return;
        case 'disarm':
          return await withMembers(deps, signal, (members) => disarm(members, context));
      }
    },
  };
}

async function healthy(
  look: (signal: AbortSignal) => Promise<EtcdState>,
  { clock, timeoutSeconds }: DefragRunnerDeps,
  { signal, say }: StepRunContext,
): Promise<void> {
  const gate = { clock, timeoutSeconds, signal, say };
  await waitFor('etcd', async () => problemsOf(await look(signal)), gate);
}

/**
 * Forgets all history, and waits until every member has removed it: etcd waits on the member that is asked alone, and each revision is
 * compacted once, so that each member is asked for one of the last ones.
 */
async function compact(members: readonly Etcd[], { signal, note }: StepRunContext): Promise<void> {
  const { members: states } = await readEtcdState(members, signal);
  const [revision = 0n] = states.map((state) => state.revision).toSorted((a, b) => (a < b ? 1 : -1));
  if (revision === 0n) throw noMember('etcd');
  for (const [index, etcd] of members.entries()) {
    const last = BigInt(members.length - 1 - index);
    if (revision > last) await etcd.compact(revision - last, signal);
  }
  note(`history before revision ${revision} is forgotten`);
}

async function defragment(
  name: string,
  members: readonly Etcd[],
  { signal, note }: StepRunContext,
): Promise<void> {
  const { members: states } = await readEtcdState(members, signal);
  const before = states.find((state) => state.name === name);
  const etcd = before && (await connectionTo(before.id, members, signal));
  if (before === undefined || etcd === undefined) throw noMember(name);
  await etcd.defragment(signal);
  const { dbSizeBytes } = await etcd.status(signal);
  note(`${name}: ${before.dbSizeBytes} bytes before, ${dbSizeBytes} after`);
}

async function connectionTo(
  id: string,
  members: readonly Etcd[],
  signal: AbortSignal,
): Promise<Etcd | undefined> {
  for (const etcd of members) {
    const memberId = await etcd.status(signal).then(
      (status) => status.memberId,
      () => undefined,
    );
    signal.throwIfAborted();
    if (memberId === id) return etcd;
  }
  return undefined;
}

/** @throws KubestairError ETCD_FULL where a member still has no room: the alarm would be back at once */
async function disarm(members: readonly Etcd[], { signal, note }: StepRunContext): Promise<void> {
  const state = await readEtcdState(members, signal);
  const tight = state.members.filter((member) => !member.learner && !hasRoom(member));
  const [any] = members;
  if (any === undefined) throw noMember('etcd');
  if (tight.length > 0) throw stillFull(tight.map(({ name }) => name));
  for (const alarm of state.alarms.filter(({ kind }) => kind === 'NOSPACE')) {
    await any.disarm(alarm, signal);
    note(`the alarm NOSPACE of member ${alarm.memberId} is taken back`);
  }
}

async function withMembers<T>(
  { openMembers }: DefragRunnerDeps,
  signal: AbortSignal,
  work: (members: readonly Etcd[]) => Promise<T>,
): Promise<T> {
  const members = await openMembers(signal);
  try {
    return await work(members);
  } finally {
    await Promise.all(members.map((etcd) => etcd.close()));
  }
}

function noMember(name: string): KubestairError {
  return new KubestairError('ETCD_UNHEALTHY', `etcd member ${name} does not answer any more`, {
    object: name,
    next: 'Look at the etcd pod of that node and at its log, then run the same command again: it goes on from here.',
  });
}

function stillFull(names: readonly string[]): KubestairError {
  return new KubestairError(
    'ETCD_FULL',
    `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no room below the quota even now`,
    {
      object: 'etcd',
      next: 'Raise --quota-backend-bytes of every member, or delete what fills etcd (kubectl get events -A, large ConfigMaps and Secrets), then run the same command again.',
    },
  );
}
