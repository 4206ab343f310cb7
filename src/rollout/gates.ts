import { get, listAll } from '../cluster/api.ts';
import type { NodeObject, PodObject } from '../cluster/objects.ts';
import type { VersionText } from '../cluster/observation.ts';
import { compareVersions, versionOfTag } from '../cluster/version.ts';
import { asKubestairError, KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Kube } from '../ports/kube.ts';
import { isTransient } from './patience.ts';
import { type Baseline, daemonPodKey, hasCondition, regressionsSince } from './workloads.ts';

export interface GateDeps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Says what is waited for, live. */
  readonly say: (line: string) => void;
}

const POLL_MILLISECONDS = 2000;
/** After a kubelet restart old statuses stand for a moment: once is not enough. */
const CALM_LOOKS = 2;

/**
 * Waits until a node is Ready, its kubelet reports the version or a newer one, and its DaemonSets' pods are ready, but for those
 * that were not before.
 * @throws KubestairError GATE_TIMEOUT naming what is missing
 */
export async function waitForNode(
  node: string,
  version: VersionText,
  baseline: Baseline,
  deps: GateDeps,
): Promise<void> {
  await waitFor(`node ${node}`, () => nodeProblems(node, version, baseline, deps), deps);
}

/**
 * Waits until every node and workload that was healthy in the baseline is healthy again.
 * @throws KubestairError GATE_TIMEOUT naming the workloads
 */
export async function waitForWorkloads(baseline: Baseline, deps: GateDeps): Promise<void> {
  await waitFor('the workloads', () => regressionsSince(baseline, deps.kube, deps.signal), deps);
}

/**
 * Waits until nothing is wrong any more, at two looks in a row. An API server that does not answer is something wrong.
 * @param what for people: what is waited for
 * @throws KubestairError GATE_TIMEOUT with what is still wrong
 */
export async function waitFor(
  what: string,
  problemsOf: () => Promise<readonly string[]>,
  { clock, signal, timeoutSeconds, say }: Omit<GateDeps, 'kube'>,
): Promise<void> {
  const end = clock.monotonic() + timeoutSeconds * 1000;
  let calm = 0;
  let told = '';
  for (;;) {
    const problems = await orUnreachable(problemsOf, signal);
    calm = problems.length === 0 ? calm + 1 : 0;
    if (calm === CALM_LOOKS) return;
    const line = problems.join('; ');
    if (line !== '' && line !== told) say(`waiting for ${what}: ${line}`);
    told = line;
    if (clock.monotonic() >= end && problems.length > 0) {
      throw new KubestairError('GATE_TIMEOUT', `${what}: still ${line} after ${timeoutSeconds} s`, {
        object: what,
        next: 'Repair what is named (kubectl describe tells why), then run the same command again: it goes on from here.',
      });
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

async function nodeProblems(
  name: string,
  version: VersionText,
  { broken }: Baseline,
  { kube, signal }: GateDeps,
): Promise<readonly string[]> {
  const node = await get<NodeObject>(kube, `/api/v1/nodes/${encodeURIComponent(name)}`, {
    signal,
    retries: 0,
  });
  const running = node.status?.nodeInfo?.kubeletVersion;
  const reported = running === undefined ? undefined : versionOfTag(running);
  if (reported === undefined || compareVersions(reported, version) < 0) {
    return [`its kubelet reports ${running}, not ${version}`];
  }
  if (!hasCondition(node.status?.conditions, 'Ready')) return [notReady(node)];
  const problems: string[] = [];
  for await (const pod of listAll<PodObject>(kube, `/api/v1/pods`, signal, {
    fieldSelector: `spec.nodeName=${name}`,
  })) {
    const place = daemonPodKey(pod);
    if (place === undefined || broken.has(place) || pod.metadata.deletionTimestamp !== undefined) continue;
    if (!hasCondition(pod.status?.conditions, 'Ready'))
      problems.push(`pod ${pod.metadata.namespace}/${pod.metadata.name} is not ready`);
  }
  return problems;
}

/** With what its kubelet, or the node controller in its place, says of it. */
function notReady({ status }: NodeObject): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const why = [ready?.reason, ready?.message].filter((text) => text !== undefined && text !== '').join(': ');
  return why === '' ? 'it is not Ready' : `it is not Ready (${why})`;
}

// An API server that restarts is part of every upgrade: while it is away, the gate is just not passed yet.
async function orUnreachable(
  look: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await look();
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isTransient(thrown)) throw thrown;
    return [asKubestairError(thrown).message];
  }
}
