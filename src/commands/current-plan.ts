import { newestSoundBackup } from '../backup/newest-sound.ts';
import { known } from '../cluster/known.ts';
import type { Observation } from '../cluster/observation.ts';
import { observe } from '../cluster/observe.ts';
import { observeExtensions } from '../cluster/observe-extensions.ts';
import type { Connections } from '../connect.ts';
import { observeEvidence } from '../evidence/observe-evidence.ts';
import { guardedEvictions } from '../plan/disruption.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { makeRecordedPlan, type PlanBasis } from '../plan/saved/record.ts';
import type { Kube } from '../ports/kube.ts';
import type { RunIo } from '../request/io.ts';
import { rehearseEvictions } from '../rollout/drain/rehearse.ts';
import type { ClusterFile } from './load-cluster.ts';
import { ownPodOf } from './own-pod.ts';
import { readManifests } from './read-manifests.ts';

/** A plan and what it was made from. */
export interface CurrentPlan {
  readonly plan: Plan;
  readonly observation: Observation;
  readonly basis: PlanBasis;
}

/** Looks at the cluster and makes the plan of it as it is now. */
export async function makeCurrentPlan(
  cluster: ClusterFile,
  { kube, provider, store }: Pick<Connections, 'kube' | 'provider' | 'store'>,
  io: RunIo,
): Promise<CurrentPlan> {
  const { config, versionAt } = cluster;
  io.log.debug(`observing the cluster at ${kube.server}`);
  let observation = await observe({
    kube,
    provider,
    access: config.access,
    ownPod: ownPodOf(io.env),
    signal: io.signal,
  });
  const lookAhead = async (steps: readonly Step[]) => {
    const manifests = await readManifests(config.manifests, io.cwd);
    const { nodes } = observation;
    const evidence = await observeEvidence({ kube, provider, nodes, manifests, signal: io.signal });
    const { extensions, unread } = await observeExtensions(kube, io.signal);
    const seen = {
      ...observation,
      ...(config.policy.maxBackupAgeSeconds !== undefined && {
        lastBackup: await newestSoundBackup(config.name, { store, log: io.log, signal: io.signal }),
      }),
      evidence: known(evidence),
      extensions: known(extensions),
      unread: [...observation.unread, ...unread],
    };
    observation = await rehearse(steps, seen, kube, io);
    return observation;
  };
  const now = io.clock.now();
  const { tool, signal } = io;
  const input = { config, versionAt, observation, provider, tool, now, lookAhead, signal };
  const { plan, basis } = await makeRecordedPlan(input);
  return { plan, observation, basis };
}

/** Asks the API server beforehand whether it would let the pods of the drains go. */
export async function rehearse(
  steps: readonly Step[],
  observation: Observation,
  kube: Kube,
  { clock, signal, log }: RunIo,
): Promise<Observation> {
  const evictions = guardedEvictions(steps, observation);
  if (evictions.length === 0) return observation;
  log.debug(`${evictions.length} evictions ahead`);
  return { ...observation, rehearsal: await rehearseEvictions(evictions, { kube, clock, signal }) };
}
