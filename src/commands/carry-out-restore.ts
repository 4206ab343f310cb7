import type { BackupSource } from '../backup/unseal.ts';
import { type Known, known, unknown } from '../cluster/known.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Connections } from '../connect.ts';
import { asKubestairError, KubestairError } from '../errors.ts';
import { KubeStatusError } from '../ports/kube.ts';
import { requestLine } from '../report/commands.ts';
import type { RestoreResult, Result } from '../report/model.ts';
import { plain } from '../report/terminal/paint.ts';
import { restorePlanText } from '../report/terminal/restore.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { readBackedUpNodes, readLiveCluster } from '../restore/etcd/backed-up-nodes.ts';
import { type RestorableBackup, requireEtcd } from '../restore/etcd/choose-backup.ts';
import { type Comparison, sinceBackup } from '../restore/etcd/compare.ts';
import { compareWithCluster } from '../restore/etcd/compare-cluster.ts';
import type { RestorePlan } from '../restore/etcd/plan.ts';
import { problemOf } from '../restore/etcd/problem.ts';
import type { LiveCluster, RestoreRequest } from '../restore/etcd/restorer.ts';
import { openRestoreRunner } from '../restore/etcd/step-runner.ts';
import { carryOutAll, notStarted } from '../rollout/engine.ts';
import { openJournal } from '../rollout/journal.ts';
import { freeStaleLease } from '../rollout/lock/free-stale-lease.ts';
import { type Lock, withLock } from '../rollout/lock/lock.ts';
import { confirm, requireConfirmable } from './confirm.ts';
import { endJournal } from './end-journal.ts';
import { lockDeps } from './lock-deps.ts';
import { openBackup } from './open-backup.ts';
import { outcomeOfError } from './outcome.ts';
import { newRunId } from './run-id.ts';
import { whoRuns } from './who-runs.ts';

/** Hosts that are worked on side by side where a plan lets them be. */
const HOSTS_AT_ONCE = 8;

type RestoreCommand = RequestOf<'restore-etcd'> | RequestOf<'rollback'>;
/** How a restore ended, without what is known from its start. */
type Ended = Pick<RestoreResult, 'outcome' | 'records' | 'comparison'>;

/**
 * Finds the backup, looks at hosts and cluster, has the operator type the cluster's name, and restores under the lock of the store:
 * the one in the cluster may be down, and goes back in time with everything else. After any stop the same command goes on.
 * @param chooseBackup which backup, as a person would name it
 */
export async function carryOutRestore(
  request: RestoreCommand,
  config: ClusterConfig,
  chooseBackup: () => Promise<string>,
  connections: Connections,
  io: RunIo,
): Promise<Result> {
  requireSsh(config);
  if (request.dryRun !== true) requireConfirmable(config.name, request.confirm, io);
  const { store, provider } = connections;
  const startedAt = io.clock.now().toISOString();
  const { ageIdentityFile } = request.access;
  const { summary, source } = await openBackup(await chooseBackup(), config.name, ageIdentityFile, store, io);
  const backup = requireEtcd(summary);
  const asked = await restoreRequest(request, config, backup, source, connections, io);
  const plan = await provider.restorer.plan(asked, io.signal);
  const ended = (end: Ended): Result => {
    const finishedAt = io.clock.now().toISOString();
    const { dryRun = false, file } = request;
    return {
      command: request.command,
      file,
      dryRun,
      goOn: requestLine({ ...request, from: backup.manifest.id, confirm: config.name }),
      backup,
      restore: plan,
      runId: asked.runId,
      startedAt,
      finishedAt,
      ...end,
    };
  };
  const stopped = (thrown: unknown): Result =>
    ended({ outcome: outcomeOfError(thrown), records: notStarted(plan.steps) });
  try {
    requireClear(plan);
    if (request.dryRun === true)
      return ended({ outcome: { state: 'ready' }, records: notStarted(plan.steps) });
    if (request.confirm === undefined) io.log.info(restorePlanText(plan, backup.manifest.startedAt, plain));
    await confirm(config.name, request.confirm, `Type the name of the cluster to go on: `, io);
    await store.probe(`${config.name}/`, io.signal);
    const lock = lockDeps(request, asked.runId, config.name, { store }, io);
    return ended(await withLock(lock, (held) => restore(asked, config, held, connections, io)));
  } catch (thrown) {
    if (thrown instanceof KubestairError && thrown.code === 'NOT_CONFIRMED') throw thrown;
    return stopped(thrown);
  }
}

async function restoreRequest(
  request: RestoreCommand,
  config: ClusterConfig,
  backup: RestorableBackup,
  source: BackupSource,
  { kube }: Connections,
  io: RunIo,
): Promise<RestoreRequest> {
  const { addresses } = config.access.ssh;
  const { signal, tool } = io;
  const { command, without = [] } = request;
  const nodes = await readBackedUpNodes(backup.manifest, source, addresses, signal);
  const live = await readLiveCluster(kube, addresses, signal);
  const losses = await lossesOf(backup, source, live, kube, signal);
  return {
    command,
    tool,
    runId: newRunId(io),
    at: io.clock.now().toISOString(),
    backup,
    source,
    nodes,
    live,
    losses,
    expectedUid: config.access.clusterUid,
    otherCluster: 'otherCluster' in request && request.otherCluster === true,
    without,
  };
}

async function lossesOf(
  { manifest }: RestorableBackup,
  source: BackupSource,
  live: Known<LiveCluster>,
  kube: Connections['kube'],
  signal: AbortSignal,
): Promise<Known<Comparison>> {
  if (!live.known) return unknown(live.reason);
  if (live.value.uid !== manifest.cluster.uid)
    return unknown('the cluster that answers is not the one of the backup');
  try {
    return known(await compareWithCluster(manifest, source, kube, sinceBackup, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    const away = thrown instanceof KubeStatusError || asKubestairError(thrown).code === 'KUBE_UNREACHABLE';
    if (!away) throw thrown;
    return unknown(asKubestairError(thrown).message);
  }
}

async function restore(
  asked: RestoreRequest,
  config: ClusterConfig,
  { signal, epoch, tookOver }: Lock,
  { kube, store, provider }: Connections,
  io: RunIo,
): Promise<Ended> {
  const { restorer } = provider;
  const { manifest } = asked.backup;
  const { runId, source } = asked;
  // Whoever held the lock before may have changed what the first look found.
  const plan = await restorer.plan(asked, signal);
  requireClear(plan);
  if (tookOver) await Promise.all(plan.hosts.map((host) => restorer.fence(host, epoch, signal)));
  const journal = openJournal({ store, cluster: config.name, runId, clock: io.clock, log: io.log });
  journal.record('run', 'started', `${asked.command} from ${manifest.id}, by ${whoRuns(io.env)}`);
  let comparison: Comparison | undefined;
  const runner = openRestoreRunner({
    kube,
    restorer,
    plan,
    manifest,
    source,
    config,
    clock: io.clock,
    runId,
    epoch,
    freeLease: (during) => freeStaleLease(kube, during),
    onCompared: (found) => {
      comparison = found;
    },
  });
  const { records, stoppedBy } = await carryOutAll(plan.steps, {
    runner,
    journal,
    clock: io.clock,
    log: io.log,
    signal,
    atOnce: HOSTS_AT_ONCE,
  });
  const problem = stoppedBy ?? problemOf(comparison);
  const outcome = problem === undefined ? ({ state: 'changed' } as const) : outcomeOfError(problem);
  await endJournal(journal, outcome);
  return { outcome, records, ...(comparison !== undefined && { comparison }) };
}

/** @throws KubestairError RESTORE_BLOCKED with the first finding that speaks against it */
function requireClear({ findings }: RestorePlan): void {
  const blockers = findings.filter(({ severity }) => severity === 'blocking' || severity === 'unknown');
  const [first] = blockers;
  if (first === undefined) return;
  const more = blockers.length > 1 ? `, and ${blockers.length - 1} more` : '';
  throw new KubestairError(first.code ?? 'RESTORE_BLOCKED', `${first.object}: ${first.message}${more}`, {
    object: first.object,
    next: first.remedy,
  });
}

/** Pods cannot be had while the API server and the kubelet are down, and both are while etcd is put back. */
function requireSsh({ access }: ClusterConfig): void {
  if (access.hosts?.transport !== 'pod') return;
  throw new KubestairError(
    'CONFIG_INVALID',
    'Hosts that are reached through pods cannot be restored: their control plane is stopped meanwhile',
    {
      object: 'spec.access.hosts.transport',
      next: 'Reach them over SSH for this: set spec.access.hosts.transport to ssh, and spec.access.ssh.',
    },
  );
}
