import type { Observation } from '../cluster/observation.ts';
import { observe } from '../cluster/observe.ts';
import type { Connections } from '../connect.ts';
import { planRoute } from '../plan/build-plan.ts';
import { guardedEvictions } from '../plan/disruption.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunIo } from '../request/io.ts';
import { rehearseEvictions } from '../rollout/drain/rehearse.ts';
import type { ClusterFile } from './load-cluster.ts';

/** A plan and what it was made from. */
export interface CurrentPlan {
  readonly plan: Plan;
  readonly observation: Observation;
}

/** Looks at the cluster and makes the plan of it as it is now. */
export async function makeCurrentPlan(
  cluster: ClusterFile,
  { kube, provider }: Connections,
  io: RunIo,
): Promise<CurrentPlan> {
  const { config, versionAt } = cluster;
  io.log.debug(`observing the cluster at ${kube.server}`);
  const seen = await observe({ kube, provider, access: config.access, signal: io.signal });
  const { steps } = planRoute({ config, versionAt, observation: seen, provider, tool: io.tool });
  const evictions = guardedEvictions(steps, seen);
  io.log.debug(`${evictions.length} evictions ahead`);
  const rehearsal = await rehearseEvictions(evictions, { kube, clock: io.clock, signal: io.signal });
  const observation = { ...seen, ...(evictions.length > 0 && { rehearsal }) };
  const plan = await makePlan({ config, versionAt, observation, provider, tool: io.tool, signal: io.signal });
  return { plan, observation };
}
