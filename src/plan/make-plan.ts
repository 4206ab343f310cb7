import type { Provider } from '../providers/provider.ts';
import { buildPlan, type PlanInput, planRoute } from './build-plan.ts';
import type { Plan } from './plan.ts';

/**
 * The plan of an upgrade, with what only the provider can find out about it.
 * @throws KubestairError VERSION_DOWNGRADE, VERSION_SKIPS_MINOR, and what the provider's preflight throws
 */
export async function makePlan(
  input: PlanInput & {
    readonly provider: Pick<Provider, 'steps' | 'preflight'>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Plan> {
  const route = planRoute(input);
  if (route.steps.length === 0) return buildPlan(input, route, []);
  const preflight = await input.provider.preflight(route.hops, input.observation, input.signal);
  return buildPlan(input, route, preflight);
}
