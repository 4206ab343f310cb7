import { connect } from '../connect.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { PlanRequest } from '../request/request.ts';
import { makeCurrentPlan } from './current-plan.ts';
import { loadCluster } from './load-cluster.ts';
import { outcomeOfPlan } from './outcome.ts';

/** Reads the target from the file, looks at the cluster and says what an upgrade would do. Changes nothing. */
export async function plan(request: PlanRequest, io: RunIo): Promise<Result> {
  const cluster = await loadCluster(request, io);
  await using connections = await connect(cluster.config, request.access, io);
  const made = await makeCurrentPlan(cluster, connections, io);
  return { command: 'plan', outcome: outcomeOfPlan(made.plan), plan: made.plan, source: cluster.source };
}
