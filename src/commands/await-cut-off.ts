import { listWhole } from '../cluster/api.ts';
import { toNode } from '../cluster/mapping.ts';
import type { NodeObject } from '../cluster/objects.ts';
import type { Connections } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { HostPlace } from '../providers/provider.ts';
import type { RunIo } from '../request/io.ts';
import { type JournalEntry, readLastRun } from '../rollout/journal.ts';
import { type Lock, type LockDeps, withLock } from '../rollout/lock/lock.ts';
import { patiently } from '../rollout/patience.ts';
import { fenceHosts } from './fence-hosts.ts';
import type { ClusterFile } from './load-cluster.ts';

/** kubeadm waits up to 5 minutes for each part of a control plane, and takes back what does not come. */
const PATIENCE_SECONDS = 900;
const POLL_MILLISECONDS = 3000;
/** A node that is away keeps its kube-proxy from being replaced; the plan tells that better. */
const PROXY_SECONDS = 180;
const PROXY = 'the rollout of DaemonSet/kube-system/kube-proxy';

/**
 * What an upgrade that was killed or cancelled left at work on a host goes on by itself, and may take the only API server away for
 * a while: a plan that is made meanwhile would fail, or be another one a minute later. So it is waited for, under the lock, before
 * anything is looked at. Where the last upgrade came to an end of its own, this does nothing.
 * @throws KubestairError KUBE_UNREACHABLE after 15 minutes, LOCK_LOST, the signal's reason
 */
export async function awaitCutOff(
  deps: LockDeps,
  config: ClusterFile['config'],
  { kube, provider }: Pick<Connections, 'kube' | 'provider'>,
  { clock, log, signal }: Pick<RunIo, 'clock' | 'log' | 'signal'>,
): Promise<void> {
  const runId = await cutOffRun(deps);
  if (runId === undefined) return;
  const settle = async (lock: Lock): Promise<void> => {
    const hosts = hostsOf(await listWhole<NodeObject>(kube, '/api/v1/nodes', lock.signal), config);
    if (lock.tookOver) await fenceHosts(hosts, lock, { provider }, log);
    const began = clock.monotonic();
    let told = '';
    while (clock.monotonic() < began + PATIENCE_SECONDS * 1000) {
      const soon = clock.monotonic() < began + PROXY_SECONDS * 1000;
      const proxies = soon && (await isProxyRollingOut(kube, lock.signal)) ? [PROXY] : [];
      const work = [...(await atWork(hosts, provider, lock.signal)), ...proxies].join('; ');
      if (work === '') return;
      if (work !== told) log.info(`run ${runId} was cut off and left at work, which is waited for: ${work}`);
      told = work;
      await clock.sleep(POLL_MILLISECONDS, lock.signal);
    }
  };
  const onWait = (): void =>
    log.warn(`the API server does not answer; run ${runId} was cut off and may have left it restarting`);
  try {
    await patiently(() => withLock(deps, settle), { clock, signal, seconds: PATIENCE_SECONDS, onWait });
  } catch (thrown) {
    // A run that is alive is met again, and told of, once there is a plan.
    if (!(thrown instanceof KubestairError) || thrown.code !== 'LOCKED') throw thrown;
  }
}

/** The newest run, if it was an upgrade that was killed, or told to stop; a store that cannot say is found out about later. */
async function cutOffRun({ store, cluster, signal }: LockDeps): Promise<string | undefined> {
  const entries = await readLastRun(store, cluster, signal).catch((): readonly JournalEntry[] => []);
  const [first] = entries;
  const ended = entries.some(({ step, event }) => step === 'run' && (event === 'done' || event === 'failed'));
  return ended || first?.approved === undefined ? undefined : first.runId;
}

/** All hosts that an upgrade may have begun work on: nodes, those that are to become nodes, and those that were. */
function hostsOf(
  objects: readonly NodeObject[],
  { access, workers }: ClusterFile['config'],
): readonly HostPlace[] {
  const nodes = objects.map((node) => toNode(node, [], access.ssh.addresses[node.metadata.name]));
  const others = nodes.flatMap(({ freed, replaces }) => [freed, replaces]);
  const spares = workers.strategy === 'replace' ? workers.spares : [];
  const all = [...nodes, ...others, ...spares].flatMap((host) => (host === undefined ? [] : [host]));
  return [...new Map(all.map(({ name, address }) => [name, { name, address }])).values()];
}

/** What units are at, in words; a host that does not answer says nothing. */
async function atWork(
  hosts: readonly HostPlace[],
  provider: Connections['provider'],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await Promise.all(
    hosts.map(async (host) => {
      const titles = await provider.atWork(host, signal).catch(() => []);
      return titles.map((title) => `${host.name}: ${title}`);
    }),
  );
  signal.throwIfAborted();
  return found.flat();
}

interface DaemonSetObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly generation?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
  };
}

/** kubeadm changes it last and does not wait for its pods, and which version they have is part of a plan. */
async function isProxyRollingOut(kube: Connections['kube'], signal: AbortSignal): Promise<boolean> {
  const sets = await listWhole<DaemonSetObject>(kube, '/apis/apps/v1/daemonsets', signal);
  return sets.some(({ metadata: { name, namespace, generation = 0 }, status = {} }) => {
    const { observedGeneration = 0, desiredNumberScheduled = 0, updatedNumberScheduled = 0 } = status;
    const isProxy = namespace === 'kube-system' && name === 'kube-proxy';
    return isProxy && (observedGeneration < generation || updatedNumberScheduled < desiredNumberScheduled);
  });
}
