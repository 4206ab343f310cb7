import { acceptForUpgrade } from '../backup/verified.ts';
import type { Observation } from '../cluster/observation.ts';
import { observe } from '../cluster/observe.ts';
import { type Connections, connect } from '../connect.ts';
import {
  type MaintenanceInput,
  type MaintenancePlan,
  planMaintenance,
  routeOf,
} from '../maintenance/plan.ts';
import { isOwedByMaintenance } from '../maintenance/user-steps.ts';
import { blockedError } from '../plan/approved.ts';
import type { Step } from '../plan/plan.ts';
import { secondsOf } from '../plan/units.ts';
import type { BackupSummary, MaintainResult, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { openBaseline } from '../rollout/baseline.ts';
import { openDebts } from '../rollout/debts.ts';
import { carryOutAll, notStarted } from '../rollout/engine.ts';
import { openJournal } from '../rollout/journal.ts';
import { type Lock, withLock } from '../rollout/lock/lock.ts';
import { openStepRunner } from '../rollout/step-runner.ts';
import { awaitWindow } from '../rollout/window.ts';
import { startWriteProbe } from '../rollout/write-probe.ts';
import { rehearse } from './current-plan.ts';
import { endJournal } from './end-journal.ts';
import { fenceHosts } from './fence-hosts.ts';
import { type ClusterFile, loadCluster } from './load-cluster.ts';
import { lockDeps } from './lock-deps.ts';
import { outcomeOfError } from './outcome.ts';
import { ownPodOf } from './own-pod.ts';
import { newRunId } from './run-id.ts';
import { plainOrder, takeBackup } from './take-backup.ts';
import { whoRuns } from './who-runs.ts';
import { assertWithinWindow, hasWaitedForWindow } from './within-window.ts';

type MaintainRequest = RequestOf<'maintain'>;
type Ended = Pick<MaintainResult, 'outcome' | 'maintenance' | 'records' | 'backup' | 'apiWrites'>;

/** What one run knows from its start. */
interface Run {
  readonly id: string;
  readonly cluster: ClusterFile;
  readonly request: MaintainRequest;
  readonly connections: Connections;
  readonly io: RunIo;
}

/**
 * Looks what every host needs, and takes them through it one by one, drained. After any stop the same command goes on: which boot a
 * host is in and what was updated there is read from the host.
 */
export async function maintain(request: MaintainRequest, io: RunIo): Promise<Result> {
  const cluster = await loadCluster(request, io);
  await using connections = await connect(cluster.config, request.access, io);
  const run: Run = { id: newRunId(io), cluster, request, connections, io };
  const startedAt = io.clock.now().toISOString();
  const { plan } = await makePlan(run);
  const ended = (end: Omit<Ended, 'maintenance'> & Partial<Ended>): Result => {
    const finishedAt = io.clock.now().toISOString();
    const { file, dryRun = false, onlyNeeded = false } = request;
    const about = { command: 'maintain', file, dryRun, onlyNeeded, runId: run.id } as const;
    return { ...about, maintenance: plan, startedAt, finishedAt, ...end };
  };
  const records = notStarted(plan.steps);
  if (plan.verdict === 'nothing-to-do') return ended({ outcome: { state: 'nothing-to-do' }, records });
  try {
    requireClear(plan);
    if (request.dryRun === true) return ended({ outcome: { state: 'ready' }, records });
    if (await hasWaitedForWindow(request, cluster.config, io)) return await maintain(request, io);
    assertWithinWindow(cluster.config, io.clock.now(), request.outsideWindow);
    await connections.store.probe(`${cluster.config.name}/`, io.signal);
    const lock = lockDeps(request, run.id, cluster.config.name, connections, io);
    return ended(
      await withLock(lock, (held) => carryOut({ ...run, io: { ...io, signal: held.signal } }, held)),
    );
  } catch (thrown) {
    return ended({ outcome: outcomeOfError(thrown), records });
  }
}

async function carryOut(run: Run, lock: Lock): Promise<Ended> {
  const { id: runId, cluster, connections, io } = run;
  const { config } = cluster;
  const { kube, store, provider } = connections;
  const { clock, log, signal } = io;
  // Whoever held the lock before may have changed what the first look found.
  const { plan, observation } = await makePlan(run);
  requireClear(plan);
  if (lock.tookOver) await fenceHosts(observation.nodes, lock, connections, log);
  const journal = openJournal({ store, cluster: config.name, runId, clock, log });
  const { outsideWindow: why } = run.request;
  const outside = why === undefined ? '' : `, outside of its windows: ${why}`;
  journal.record('run', 'started', `maintenance ${plan.id}, by ${whoRuns(io.env)}${outside}`);
  let backup: BackupSummary | undefined;
  const ownPod = ownPodOf(io.env);
  const debts = openDebts(kube, clock, observation.owed ?? [], isOwedByMaintenance);
  const { commands, web, kubeconfig } = connections;
  const runner = openStepRunner({
    kube,
    provider,
    config,
    clock,
    runId,
    epoch: lock.epoch,
    debts,
    user: { commands, web, cluster: config.name, ...(kubeconfig !== undefined && { kubeconfig }) },
    // The run that began a maintenance is what it is named after.
    baseline: await openBaseline({
      kube,
      store,
      cluster: config.name,
      runId,
      continues: plan.goesOn ? plan.id : undefined,
      signal,
    }),
    ...(ownPod !== undefined && { ownPod }),
    observeEtcd: (during) => provider.observeEtcd(observation.nodes, during),
    backUp: async () => {
      const order = plainOrder({ config, observation }, runId, run.request);
      backup = acceptForUpgrade(await takeBackup(order, connections, io));
    },
  });
  const { parallel: atOnce } = config.workers;
  const mayBegin = async (steps: readonly Step[]): Promise<void> => {
    if (why !== undefined) return;
    const wait = run.request.waitForWindow === true;
    await awaitWindow(secondsOf(steps, atOnce), { config, clock, log, signal, wait });
  };
  const { maxQuarantined } = config.drain;
  const probe = startWriteProbe(kube, clock);
  const { records, stoppedBy } = await carryOutAll(plan.steps, {
    maxQuarantined,
    mayBegin,
    runner,
    journal,
    clock,
    log,
    signal,
    atOnce,
  });
  if (stoppedBy === undefined) {
    await debts.clear(signal).catch(() => log.warn('what a maintenance owes could not be cleared'));
  }
  const outcome = stoppedBy === undefined ? ({ state: 'changed' } as const) : outcomeOfError(stoppedBy);
  const [apiWrites] = await Promise.all([probe.stop(), endJournal(journal, outcome)]);
  return { outcome, maintenance: plan, records, apiWrites, ...(backup !== undefined && { backup }) };
}

async function makePlan({
  id: runId,
  cluster: { config },
  request,
  connections: { kube, provider },
  io,
}: Run): Promise<{ readonly plan: MaintenancePlan; readonly observation: Observation }> {
  const { tool, clock, signal, env } = io;
  const seen = await observe({ kube, provider, access: config.access, ownPod: ownPodOf(env), signal });
  const facts = await provider.observeMaintenance(seen.nodes, signal);
  const onlyNeeded = request.onlyNeeded === true;
  const input: MaintenanceInput = {
    config,
    observation: seen,
    facts,
    onlyNeeded,
    runId,
    tool,
    now: clock.now(),
  };
  const observation = await rehearse(routeOf(input).steps, seen, kube, io);
  return { plan: planMaintenance({ ...input, observation }), observation };
}

/** @throws KubestairError PLAN_BLOCKED with the first finding that speaks against it */
function requireClear(plan: MaintenancePlan): void {
  const blocked = blockedError(plan);
  if (blocked !== undefined) throw blocked;
}
