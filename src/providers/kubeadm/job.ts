import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host } from '../../ports/host.ts';
import type { StepContext } from '../provider.ts';
import { runUnit, type Unit, type UnitEnd } from './unit.ts';
import { unitDirectory } from './unit-script.ts';

/** A failure that goes away when the same is done again. */
export interface Retry {
  readonly when: (end: UnitEnd) => boolean;
  /** For people: what went wrong. */
  readonly reason: string;
  readonly waitSeconds: number;
  /** Whichever is given ends the trying. */
  readonly attempts?: number;
  readonly forSeconds?: number;
}

/** kubeadm's preflight runs a Job with 15 seconds to live, which a busy cluster overruns (phases/upgrade/health.go). */
export const FLAKY_PREFLIGHT: Retry = {
  when: says(/\[ERROR (CreateJob|ControlPlaneNodesReady)\]/),
  reason: "kubeadm's health check of the cluster ran out of time",
  waitSeconds: 15,
  attempts: 3,
};

/** After an API server restarts, its authorizers do not yet know that a node may read kubeadm's configuration. */
export const NODE_NOT_AUTHORIZED: Retry = {
  when: says(
    /no relationship found between node|"system:node:[^"]+" cannot get resource|configmaps "kube(adm|let)-config[^"]*" is forbidden/,
  ),
  reason: "the API server does not let the node read kubeadm's configuration yet",
  waitSeconds: 10,
  forSeconds: 300,
};

/** An API server or etcd member that restarts while kubeadm talks to it. */
export const RESTARTING: Retry = {
  when: says(
    /connection refused|connection reset by peer|unexpected EOF|TLS handshake timeout|i\/o timeout|context deadline exceeded|Client\.Timeout exceeded|etcdserver: (leader changed|request timed out|no leader)|http2: client connection lost/,
  ),
  reason: 'the API server did not answer kubeadm',
  waitSeconds: 15,
  attempts: 3,
};

/** The host was restarted, or its memory ran out. */
export const CUT_OFF: Retry = {
  when: ({ exitCode }) => exitCode === undefined,
  reason: 'the work on the host was cut off',
  waitSeconds: 5,
  attempts: 2,
};

/**
 * kubeadm waits five minutes for each static pod before it gives up and puts all manifests back (phases/upgrade/staticpods.go,
 * v1.36: rollbackOldManifests). Another try would take the API server away once more, so a person looks first.
 */
const TAKEN_BACK = says(/kubeadm has tried to recover everything into the earlier state/);

/**
 * Runs a unit until it succeeds, again after failures that are known to pass.
 * @throws KubestairError STEP_FAILED with kubeadm's or apt's own last words; HOST_*
 */
export async function runJob(
  host: Host,
  unit: Unit,
  retries: readonly Retry[],
  clock: Clock,
  context: StepContext,
): Promise<UnitEnd> {
  const counts = new Map<Retry, { attempts: number; readonly since: number }>();
  while (true) {
    const end = await runUnit(host, unit, clock, context);
    if (end.exitCode === 0) return end;
    const retry = TAKEN_BACK(end) ? undefined : retries.find(({ when }) => when(end));
    if (retry === undefined) throw failure(host, unit, end);
    const now = clock.monotonic();
    const count = counts.get(retry) ?? { attempts: 0, since: now };
    count.attempts += 1;
    counts.set(retry, count);
    if (count.attempts >= (retry.attempts ?? Number.POSITIVE_INFINITY)) throw failure(host, unit, end);
    if (now - count.since >= (retry.forSeconds ?? Number.POSITIVE_INFINITY) * 1000)
      throw failure(host, unit, end);
    context.note(`${retry.reason}; trying again in ${retry.waitSeconds} s (attempt ${count.attempts + 1})`);
    await clock.sleep(retry.waitSeconds * 1000, context.signal);
  }
}

function says(pattern: RegExp): (end: UnitEnd) => boolean {
  return ({ lines }) => lines.some((line) => pattern.test(line));
}

function failure(host: Host, unit: Unit, end: UnitEnd): KubestairError {
  const { exitCode, lines } = end;
  const takenBack = TAKEN_BACK(end)
    ? `kubeadm has put the old manifests of ${host.name}'s control plane back: the version before is meant to run. `
    : '';
  const how = exitCode === undefined ? 'was cut off' : `ended with exit code ${exitCode}`;
  const words = lines.slice(-6).join('\n');
  return new KubestairError(
    'STEP_FAILED',
    `${unit.title}: the work on ${host.name} ${how}${words === '' ? '' : `:\n${words}`}`,
    {
      object: `Node/${host.name}`,
      next: `${takenBack}Look at all of its output in ${unitDirectory(unit.name)}/output on ${host.name}, mend the cause, and run the same command again: it goes on from here.`,
    },
  );
}
