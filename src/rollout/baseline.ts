import * as z from 'zod';
import { KubestairError } from '../errors.ts';
import type { Kube } from '../ports/kube.ts';
import type { Store } from '../ports/store.ts';
import { type Baseline, takeBaseline } from './workloads.ts';

export interface BaselineDeps {
  readonly kube: Kube;
  readonly store: Store;
  readonly cluster: string;
  readonly runId: string;
  /** Run that was cut off and that this one goes on with. */
  readonly continues?: string | undefined;
  readonly signal: AbortSignal;
}

const document = z.object({ healthy: z.array(z.string()), broken: z.array(z.string()) });

/**
 * What a rollout holds itself to: the state before its first run. A run that was cut off may have left a node away or a workload
 * short, and the run that goes on with it must not take that for what was found. Kept in the store, `<cluster>/baselines/<run>.json`.
 * @throws KubestairError STORE_*, KUBE_*
 */
export async function openBaseline(deps: BaselineDeps): Promise<Baseline> {
  const { kube, store, cluster, runId, continues, signal } = deps;
  const [now, earlier] = await Promise.all([
    takeBaseline(kube, signal),
    continues === undefined ? undefined : readBaseline(store, cluster, continues, signal),
  ]);
  const baseline = earlier === undefined ? now : joined(earlier, now);
  const text = JSON.stringify({ healthy: [...baseline.healthy], broken: [...baseline.broken] });
  await store.put(keyOf(cluster, runId), Buffer.from(text), {
    createOnly: true,
    contentType: 'application/json',
    signal,
  });
  return baseline;
}

/** Healthy is what was so at any of the runs; an excuse is what was broken at the first. */
function joined(earlier: Baseline, now: Baseline): Baseline {
  return { healthy: new Set([...earlier.healthy, ...now.healthy]), broken: earlier.broken };
}

/** Undefined for a run that was cut off before it had one: it changed nothing. */
async function readBaseline(
  store: Store,
  cluster: string,
  runId: string,
  signal: AbortSignal,
): Promise<Baseline | undefined> {
  const key = keyOf(cluster, runId);
  const body = await store.get(key, signal);
  if (body === undefined) return undefined;
  const text = Buffer.concat(await Array.fromAsync(body)).toString('utf8');
  const read = document.safeParse(parsed(text));
  if (!read.success)
    throw new KubestairError('STORE_FAILED', `${key} does not hold what was found before run ${runId}`, {
      object: key,
      next: 'Remove the object if it was damaged; the state as it is now counts then.',
    });
  return { healthy: new Set(read.data.healthy), broken: new Set(read.data.broken) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyOf(cluster: string, runId: string): string {
  return `${cluster}/baselines/${runId}.json`;
}
