import { acceptForUpgrade, type VerifiedBackup } from '../backup/verified.ts';
import { type Connections, connect } from '../connect.ts';
import { isOwedByMaintenance } from '../maintenance/user-steps.ts';
import { type ApprovedPlan, approve } from '../plan/approved.ts';
import type { Hop, Plan } from '../plan/plan.ts';
import { spareHosts } from '../plan/replace.ts';
import { secondsOf } from '../plan/units.ts';
import type { BackupSummary, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { UpgradeRequest } from '../request/request.ts';
import { keepPlan } from '../rollout/approved-plans.ts';
import { openBaseline } from '../rollout/baseline.ts';
import { openDebts } from '../rollout/debts.ts';
import { notStarted, type RolloutResult, rollout } from '../rollout/engine.ts';
import { type Approved, openJournal, readLastRun, unfinishedRun } from '../rollout/journal.ts';
import { withLock } from '../rollout/lock/lock.ts';
import { openStepRunner } from '../rollout/step-runner.ts';
import { awaitWindow } from '../rollout/window.ts';
import { startWriteProbe } from '../rollout/write-probe.ts';
import { approvalFor, readApproval } from './approval.ts';
import { awaitCutOff } from './await-cut-off.ts';
import { awaitStore } from './await-store.ts';
import { type CurrentPlan, makeCurrentPlan } from './current-plan.ts';
import { endJournal } from './end-journal.ts';
import { fenceHosts } from './fence-hosts.ts';
import { keepDossier } from './keep-dossier.ts';
import { type ClusterFile, loadCluster } from './load-cluster.ts';
import { lockDeps } from './lock-deps.ts';
import { outcomeOfError } from './outcome.ts';
import { ownPodOf } from './own-pod.ts';
import { newRunId } from './run-id.ts';
import { takeBackup } from './take-backup.ts';
import { whoRuns } from './who-runs.ts';
import { assertWithinWindow, hasWaitedForWindow } from './within-window.ts';

/**
 * Plans, locks, looks again, backs up, proves the backup, and only then changes nodes. After any stop the same command goes on:
 * what is done is read from the cluster, not remembered.
 */
export async function upgrade(request: UpgradeRequest, io: RunIo): Promise<Result> {
  const cluster = await loadCluster(request, io);
  const approval = await readApproval(request, io);
  await using connections = await connect(cluster.config, request.access, io);
  const runId = newRunId(io);
  const startedAt = io.clock.now().toISOString();
  const deps = lockDeps(request, runId, cluster.config.name, connections, io);
  await awaitCutOff(deps, cluster.config, connections, io);
  const { plan } = await makeCurrentPlan(cluster, connections, io);
  const ended = (end: Ended): Result => {
    const finishedAt = io.clock.now().toISOString();
    return { command: 'upgrade', plan, source: cluster.source, runId, startedAt, finishedAt, ...end };
  };
  if (plan.verdict === 'nothing-to-do') return ended({ outcome: { state: 'nothing-to-do' }, records: [] });
  const stopped = (thrown: unknown): Result =>
    ended({ outcome: outcomeOfError(thrown), records: notStarted(plan.steps) });
  try {
    approve(plan, await approvalFor(plan, approval, connections, io));
    if (await hasWaitedForWindow(request, cluster.config, io)) return await upgrade(request, io);
    assertWithinWindow(cluster.config, io.clock.now(), request.outsideWindow);
  } catch (thrown) {
    return stopped(thrown);
  }
  // Outside of what a run fails with: a store that cannot be used is bad input.
  await connections.store.probe(`${cluster.config.name}/`, io.signal);
  try {
    return ended(
      await withLock(deps, async (lock) => {
        const { signal } = lock;
        const now = await makeCurrentPlan(cluster, connections, { ...io, signal });
        const approved = approve(now.plan, { hash: plan.hash, plan });
        const agreed = { hash: approval.hash ?? plan.hash, target: plan.target };
        await keepPlan(plan, { store: connections.store, log: io.log, signal });
        if (lock.tookOver) {
          const hosts = [...now.observation.nodes, ...spareHosts(now.observation, cluster.config)];
          await fenceHosts(hosts, lock, connections, io.log);
        }
        const run = { id: runId, epoch: lock.epoch, request };
        return await backUpAndRollOut(approved, agreed, now, run, cluster, connections, { ...io, signal });
      }),
    );
  } catch (thrown) {
    return stopped(thrown);
  }
}

/** How a run ended, without what is known from its start. */
type Ended = Pick<
  Extract<Result, { command: 'upgrade' }>,
  'outcome' | 'records' | 'backup' | 'apiWrites' | 'dossier'
>;

interface Run {
  readonly id: string;
  readonly epoch: number;
  readonly request: UpgradeRequest;
}

async function backUpAndRollOut(
  plan: ApprovedPlan,
  agreed: Approved,
  { observation }: CurrentPlan,
  { id: runId, epoch, request: { outsideWindow, waitForWindow, binaries = [], dossier: directory } }: Run,
  { config, source }: ClusterFile,
  connections: Connections,
  io: RunIo,
): Promise<Ended> {
  const { kube, store, provider } = connections;
  const backUp = async (hop: Hop): Promise<VerifiedBackup> => {
    const { prove = 'rehearsal' } = config.backup;
    // What was observed is the cluster before the first hop.
    const version = hop === plan.hops[0] ? observation.apiServerVersion : hop.from;
    const order = { reason: 'upgrade', runId, config, observation, version, binaries, prove } as const;
    // Where only workers are left, the API server of the target has proven itself.
    const rehearse = hop.to === version ? {} : { rehearse: hop.to };
    return acceptForUpgrade(await takeBackup({ ...order, ...rehearse }, connections, io));
  };
  const journal = openJournal({ store, cluster: config.name, runId, clock: io.clock, log: io.log });
  const continues = unfinishedRun(await readLastRun(store, config.name, io.signal), agreed.target);
  const [first] = plan.hops;
  if (first === undefined) return { outcome: { state: 'nothing-to-do' }, records: [] };
  const backup = await io.log.group('Backing up before anything is changed', () => backUp(first));
  const outside = outsideWindow === undefined ? '' : `, outside of its windows: ${outsideWindow}`;
  journal.record('run', 'started', `${describe(plan, backup)}, by ${whoRuns(io.env)}${outside}`, agreed);
  const ownPod = ownPodOf(io.env);
  const debts = openDebts(kube, io.clock, observation.owed ?? [], (scope) => !isOwedByMaintenance(scope));
  const { commands, web, kubeconfig } = connections;
  const runner = openStepRunner({
    kube,
    provider,
    config,
    clock: io.clock,
    runId,
    epoch,
    debts,
    user: { commands, web, cluster: config.name, ...(kubeconfig !== undefined && { kubeconfig }) },
    baseline: await openBaseline({ kube, store, cluster: config.name, runId, continues, signal: io.signal }),
    ...(ownPod !== undefined && { ownPod }),
    observeEtcd: (signal) => provider.observeEtcd(observation.nodes, signal),
    backUp: async (hop) => {
      await awaitStore(store, config.name, io);
      await backUp(hop);
    },
  });
  const probe = startWriteProbe(kube, io.clock);
  const result = await rollout(plan, backup, {
    runner,
    journal,
    clock: io.clock,
    log: io.log,
    signal: io.signal,
    atOnce: config.workers.parallel,
    maxQuarantined: config.drain.maxQuarantined,
    mayBegin: async (steps) => {
      if (outsideWindow !== undefined) return;
      const { clock, log, signal } = io;
      const seconds = secondsOf(steps, config.workers.parallel);
      await awaitWindow(seconds, { config, clock, log, signal, wait: waitForWindow === true });
    },
  });
  if (result.stoppedBy === undefined) {
    await debts
      .clear(io.signal)
      .catch(() => io.log.warn('ConfigMap kube-system/kubestair could not be removed'));
  }
  const ended = endOf(result, backup);
  const { outcome, records } = ended;
  // Side by side, since a runner that cancels kills soon.
  const [apiWrites, dossier] = await Promise.all([
    probe.stop(),
    keepDossier(
      { runId, plan, source, outcome, records },
      { kube, provider, nodes: observation.nodes },
      directory,
      io,
    ),
    endJournal(journal, outcome),
  ]);
  return { ...ended, apiWrites, ...(dossier !== undefined && { dossier }) };
}

function endOf({ records, stoppedBy }: RolloutResult, backup: BackupSummary): Ended {
  const outcome = stoppedBy === undefined ? ({ state: 'changed' } as const) : outcomeOfError(stoppedBy);
  return { outcome, records, backup };
}

function describe(plan: Plan, backup: BackupSummary): string {
  return `${plan.current} to ${plan.target}, plan ${plan.hash.slice(0, 12)}, backup ${backup.manifest.id}`;
}
