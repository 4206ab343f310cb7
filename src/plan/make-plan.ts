import type { Observation } from '../cluster/observation.ts';
import type { Provider } from '../providers/provider.ts';
import { buildPlan, type PlanInput, planRoute } from './build-plan.ts';
import type { Plan, Step } from './plan.ts';
import { minorsToAsk } from './targets.ts';

/**
 * The plan of an upgrade, with what only the provider can find out about it.
 * @throws KubestairError VERSION_DOWNGRADE, VERSION_NOT_OFFERED, VERSION_SKIPS_MINOR, and what the provider's preflight throws
 */
export async function makePlan(
  given: Omit<PlanInput, 'offered'> & {
    /** Completes the observation with what can only be seen once the steps are known. */
    readonly lookAhead?: (steps: readonly Step[]) => Promise<Observation>;
    readonly provider: Pick<Provider, 'steps' | 'workersMustPass' | 'targets' | 'preflight'>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Plan> {
  const minors = minorsToAsk(given);
  const offered =
    minors.length === 0 ? undefined : await given.provider.targets(minors, given.observation, given.signal);
  const input = { ...given, ...(offered !== undefined && { offered }) };
  const route = planRoute(input);
  if (route.steps.length === 0) return buildPlan(input, route, []);
  const preflight =
    route.hops.length === 0
      ? []
      : await input.provider.preflight(route.hops, input.observation, input.signal);
  const observation = (await given.lookAhead?.(route.steps)) ?? input.observation;
  return buildPlan({ ...input, observation }, route, preflight);
}
