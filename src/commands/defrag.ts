import { acceptSnapshot } from '../backup/verified.ts';
import { observe } from '../cluster/observe.ts';
import { type Connections, connect } from '../connect.ts';
import { type DefragPlan, isFull, planDefrag } from '../defrag/plan.ts';
import { readEtcdState } from '../defrag/state.ts';
import { openDefragRunner } from '../defrag/step-runner.ts';
import { KubestairError } from '../errors.ts';
import type { Etcd } from '../ports/etcd.ts';
import type { BackupSummary, DefragResult, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { carryOutAll, notStarted } from '../rollout/engine.ts';
import { openJournal } from '../rollout/journal.ts';
import { type Lock, withLock } from '../rollout/lock/lock.ts';
import { endJournal } from './end-journal.ts';
import { type ClusterFile, loadCluster } from './load-cluster.ts';
import { lockDeps } from './lock-deps.ts';
import { outcomeOfError } from './outcome.ts';
import { newRunId } from './run-id.ts';
import { plainOrder, takeBackup } from './take-backup.ts';
import { whoRuns } from './who-runs.ts';
import { assertWithinWindow } from './within-window.ts';

/** How a run ended, without what is known from its start. */
type Ended = Pick<DefragResult, 'outcome' | 'records' | 'backup' | 'after'>;

/** Looks at every member of etcd, backs up, and defragments those that have enough to win, the leader last. */
export async function defrag(request: RequestOf<'defrag'>, io: RunIo): Promise<Result> {
  const cluster = await loadCluster(request, io);
  await using connections = await connect(cluster.config, request.access, io);
  const { config } = cluster;
  const runId = newRunId(io);
  const startedAt = io.clock.now().toISOString();
  const plan = await makePlan(cluster, connections, io);
  const ended = (end: Ended): Result => {
    const finishedAt = io.clock.now().toISOString();
    const { dryRun = false, file } = request;
    return { command: 'defrag', file, dryRun, defrag: plan, runId, startedAt, finishedAt, ...end };
  };
  const records = notStarted(plan.steps);
  if (plan.verdict === 'nothing-to-do') return ended({ outcome: { state: 'nothing-to-do' }, records });
  try {
    requireClear(plan);
    if (request.dryRun === true) return ended({ outcome: { state: 'ready' }, records });
    assertWithinWindow(config, io.clock.now(), request.outsideWindow);
    await connections.store.probe(`${config.name}/`, io.signal);
    // A full etcd takes no write, so that no Lease can be had.
    const places = isFull(plan) ? { store: connections.store } : connections;
    const lock = lockDeps(request, runId, config.name, places, io);
    return ended(await withLock(lock, (held) => carryOut(request, cluster, runId, held, connections, io)));
  } catch (thrown) {
    return ended({ outcome: outcomeOfError(thrown), records });
  }
}

async function carryOut(
  request: RequestOf<'defrag'>,
  cluster: ClusterFile,
  runId: string,
  { signal }: Lock,
  connections: Connections,
  given: RunIo,
): Promise<Ended> {
  const { config } = cluster;
  const io = { ...given, signal };
  const { clock, log } = io;
  // Whoever held the lock before may have changed what the first look found.
  const plan = await makePlan(cluster, connections, io);
  requireClear(plan);
  const journal = openJournal({ store: connections.store, cluster: config.name, runId, clock, log });
  journal.record('run', 'started', `defragmentation of etcd, by ${whoRuns(io.env)}`);
  const { kube, provider } = connections;
  const observation = await observe({ kube, provider, access: config.access, signal });
  let backup: BackupSummary | undefined;
  const runner = openDefragRunner({
    openMembers: (during) => provider.openMembers(observation.nodes, during),
    config: config.defrag,
    full: isFull(plan),
    clock,
    timeoutSeconds: config.gates.timeoutSeconds,
    backUp: async () => {
      const order = plainOrder({ config, observation }, runId, request);
      backup = acceptSnapshot(await takeBackup(order, connections, io));
    },
  });
  const { records, stoppedBy } = await carryOutAll(plan.steps, { runner, journal, clock, log, signal });
  const outcome = stoppedBy === undefined ? ({ state: 'changed' } as const) : outcomeOfError(stoppedBy);
  await endJournal(journal, outcome);
  const after = signal.aborted ? undefined : await makePlan(cluster, connections, io).catch(() => undefined);
  return {
    outcome,
    records,
    ...(backup !== undefined && { backup }),
    ...(after !== undefined && { after: after.members }),
  };
}

async function makePlan(
  { config }: ClusterFile,
  { kube, provider }: Connections,
  { tool, signal }: RunIo,
): Promise<DefragPlan> {
  const { nodes } = await observe({ kube, provider, access: config.access, signal });
  const members: readonly Etcd[] = await provider.openMembers(nodes, signal);
  try {
    const state = await readEtcdState(members, signal);
    return planDefrag(state, config.defrag, { cluster: config.name, tool });
  } finally {
    await Promise.all(members.map((etcd) => etcd.close()));
  }
}

/** @throws KubestairError PLAN_BLOCKED with the first problem of etcd */
function requireClear({ problems }: DefragPlan): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  throw new KubestairError('PLAN_BLOCKED', `etcd is not healthy: ${first}${more}`, {
    object: 'etcd',
    next: 'A member is away while it is defragmented, so all others must be well. Mend what is named, then run the same command again.',
  });
}
