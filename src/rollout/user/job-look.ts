import { createHash } from 'node:crypto';
import { get, listWhole } from '../../cluster/api.ts';
import type { Condition, PodObject } from '../../cluster/objects.ts';
import type { JobProbe } from '../../config/gates.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { patiently } from '../patience.ts';
import type { Look, UserDeps } from './context.ts';

const POLL_MILLISECONDS = 2000;
/** An API server that restarts is back sooner. */
const PATIENCE_SECONDS = 120;
const LOG_LINES = 20;
/** Should nobody be there to remove it. */
const LEFT_SECONDS = 3600;
const RUN_LABEL = 'kubestair.dev/run';

interface JobObject {
  readonly status?: { readonly conditions?: readonly (Condition & { readonly message?: string })[] };
}

/**
 * Runs the Job once and removes it: passes when it completes. One that an earlier try began under this name is found again.
 * @param about tells this look from all others
 */
export async function lookByJob(
  { job, namespace }: JobProbe,
  about: string,
  seconds: number,
  { kube, clock, runId }: UserDeps,
  signal: AbortSignal,
): Promise<Look> {
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const name = `kubestair-${createHash('sha256').update(`${runId} ${about}`).digest('hex').slice(0, 12)}`;
  const patience = { clock, signal, seconds: PATIENCE_SECONDS };
  const deadline = clock.monotonic() + seconds * 1000;
  await patiently(() => create(kube, jobs, jobNamed(job, name, runId), signal), patience);
  try {
    for (;;) {
      const { status } = await patiently(() => get<JobObject>(kube, `${jobs}/${name}`, { signal }), patience);
      const end = status?.conditions?.find(
        ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
      );
      if (end?.type === 'Complete') return { passes: true, says: `Job ${namespace}/${name} completed` };
      if (end !== undefined || clock.monotonic() >= deadline) {
        const how = end === undefined ? 'has not ended in time' : `failed: ${end.message ?? ''}`;
        const output = await outputOf(kube, namespace, name, signal);
        return { passes: false, says: [`Job ${namespace}/${name} ${how}`, ...output].join('\n') };
      }
      await clock.sleep(POLL_MILLISECONDS, signal);
    }
  } finally {
    const path = `${jobs}/${name}?propagationPolicy=Background`;
    await kube.request({ method: 'DELETE', path, retries: 1 }).catch(() => undefined);
  }
}

async function create(kube: Kube, path: string, body: unknown, signal: AbortSignal): Promise<void> {
  try {
    await kube.request({ method: 'POST', path, body, signal });
  } catch (thrown) {
    // An earlier request of ours arrived after all: no other look has this name.
    if (!(thrown instanceof KubeStatusError) || thrown.reason !== 'AlreadyExists') throw thrown;
  }
}

type Json = Readonly<Record<string, unknown>>;

function jobNamed(job: Json, name: string, runId: string): Json {
  const { metadata = {}, spec = {} } = job as { readonly metadata?: Json; readonly spec?: Json };
  const { labels = {}, annotations } = metadata as { readonly labels?: Json; readonly annotations?: Json };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      labels: { ...labels, [RUN_LABEL]: runId },
      ...(annotations !== undefined && { annotations }),
    },
    spec: { ttlSecondsAfterFinished: LEFT_SECONDS, ...spec },
  };
}

/** The last lines of its newest pod, as far as they can be had. */
async function outputOf(
  kube: Kube,
  namespace: string,
  job: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const found = await listWhole<PodObject>(kube, pods, signal, {
      labelSelector: `batch.kubernetes.io/job-name=${job}`,
    });
    const pod = found.at(-1);
    if (pod === undefined) return ['no pod of it was made'];
    const path = `${pods}/${pod.metadata.name}/log?tailLines=${LOG_LINES}`;
    const log = await kube.stream({ path, accept: '*/*', signal });
    const text = Buffer.concat(await Array.fromAsync(log)).toString('utf8');
    return text.trimEnd().split('\n');
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
