import { listBackups } from '../backup/catalog.ts';
import { unknown } from '../cluster/known.ts';
import { observe } from '../cluster/observe.ts';
import { type Connections, connect } from '../connect.ts';
import type { Provider } from '../providers/provider.ts';
import type { ClusterStatus, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { StatusRequest } from '../request/request.ts';
import { type JournalEntry, readLastRun } from '../rollout/journal.ts';
import { LEASE_SECONDS } from '../rollout/lock/lock.ts';
import type { Held } from '../rollout/lock/place.ts';
import { readLock } from '../rollout/lock/read-lock.ts';
import { loadCluster } from './load-cluster.ts';

/** What runs where, who holds the lock, the last backup and how far the last run came. Changes nothing. */
export async function status(request: StatusRequest, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const { kube, store } = connections;
  const observation = await observe({
    kube,
    provider: apiOnly(connections),
    access: config.access,
    signal: io.signal,
  });
  const lock = await readLock(kube, store, config.name, io.signal);
  const [lastBackup] = await listBackups(config.name, 1, { store, log: io.log, signal: io.signal });
  const lastRun = runOf(await readLastRun(store, config.name, io.signal));
  const found: ClusterStatus = {
    cluster: config.name,
    target: config.version,
    apiServerVersion: observation.apiServerVersion,
    nodes: observation.nodes.map((node) => ({
      name: node.name,
      role: node.role,
      kubelet: node.kubelet,
      ready: node.ready,
      unschedulable: node.unschedulable,
      ...(node.cordonedBy !== undefined && { cordonedBy: node.cordonedBy }),
      components: node.components.known ? node.components.value : {},
    })),
    ...(lock !== undefined && { lock: lockOf(lock, io.clock.now()) }),
    ...(lastBackup !== undefined && {
      lastBackup: {
        id: lastBackup.manifest.id,
        finishedAt: lastBackup.manifest.finishedAt,
        state: lastBackup.manifest.state,
      },
    }),
    ...(lastRun !== undefined && { lastRun }),
  };
  return { command: 'status', outcome: { state: 'ready' }, status: found };
}

/** Hosts are not asked: a status must come when one of them is dead, and soon. */
function apiOnly({
  provider,
}: Connections): Pick<Provider, 'configuredVersion' | 'observeHost' | 'observeEtcd'> {
  const notAsked = async () => unknown('status does not look there');
  return {
    configuredVersion: (signal) => provider.configuredVersion(signal),
    observeHost: notAsked,
    observeEtcd: notAsked,
  };
}

function runOf(entries: readonly JournalEntry[]): ClusterStatus['lastRun'] {
  const [first] = entries;
  if (first === undefined) return undefined;
  const end = entries.findLast((entry) => entry.step === 'run');
  return {
    runId: first.runId,
    startedAt: first.at,
    state: end === undefined || end.event === 'started' ? 'not finished' : end.event,
    steps: entries.map(({ at, step, event, detail }) => ({
      at,
      step,
      event,
      ...(detail !== undefined && { detail }),
    })),
  };
}

function lockOf({ holder, who, renewedAt }: Held, now: Date): NonNullable<ClusterStatus['lock']> {
  return { holder, ...(who !== undefined && { who }), renewedAt, stale: isStale(renewedAt, now) };
}

function isStale(renewedAt: string, now: Date): boolean {
  return now.getTime() - Date.parse(renewedAt) > LEASE_SECONDS * 1000;
}
