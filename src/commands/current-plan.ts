import type { Observation } from '../cluster/observation.ts';
import { observe } from '../cluster/observe.ts';
import type { Connections } from '../connect.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunIo } from '../request/io.ts';
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
  const observation = await observe({ kube, provider, access: config.access, signal: io.signal });
  const plan = await makePlan({ config, versionAt, observation, provider, tool: io.tool, signal: io.signal });
  return { plan, observation };
}
