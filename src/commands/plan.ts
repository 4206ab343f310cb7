import { connect } from '../connect.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanBasis } from '../plan/saved/record.ts';
import type { PlanSource, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { PlanRequest } from '../request/request.ts';
import { makeCurrentPlan } from './current-plan.ts';
import { loadCluster } from './load-cluster.ts';
import { outcomeOfPlan } from './outcome.ts';
import { planAgainst } from './plan-against.ts';
import { planOffline } from './plan-offline.ts';
import { saveObservation } from './save-observation.ts';

/** A plan with all that it was made from. */
export interface MadePlan {
  readonly plan: Plan;
  readonly source: PlanSource;
  readonly basis: PlanBasis;
}

/** Reads the target from the file, looks at the cluster and says what an upgrade would do. Changes nothing. */
export async function plan(request: PlanRequest, io: RunIo): Promise<Result> {
  if (request.offline === true) return planOffline(request, io);
  const made = await (request.against === undefined ? planNow(request, io) : planAgainst(request, io));
  if (request.saveObservation !== undefined) await saveObservation(request, made, io);
  return { command: 'plan', outcome: outcomeOfPlan(made.plan), plan: made.plan, source: made.source };
}

async function planNow(request: PlanRequest, io: RunIo): Promise<MadePlan> {
  const cluster = await loadCluster(request, io);
  await using connections = await connect(cluster.config, request.access, io);
  const { plan, basis } = await makeCurrentPlan(cluster, connections, io);
  return { plan, basis, source: cluster.source };
}
