import { componentsOf } from '../cluster/components.ts';
import type { NodeObservation, Observation } from '../cluster/observation.ts';
import { skewProblems } from '../cluster/skew.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Provider } from '../providers/provider.ts';
import type { Hop } from './plan.ts';
import { type HopScope, project } from './project.ts';

export interface RoundInput {
  readonly config: Pick<ClusterConfig, 'workers'>;
  readonly provider: Pick<Provider, 'workersMustPass'>;
}

/**
 * Whether a hop takes the workers along. Where the file lets them lag (`perHop: false`) they are taken as late as can be: with the
 * last hop, and before one whose control plane would be too far ahead of them. Source: https://kubernetes.io/releases/version-skew-policy/
 * @param state the cluster before the hop
 */
export function scopeOf(
  hop: Hop,
  later: readonly Hop[],
  state: Observation,
  { config, provider }: RoundInput,
): HopScope {
  const [next] = later;
  if (config.workers.perHop || next === undefined) return 'all';
  // A host that joins takes no step of a hop.
  const joined = config.workers.strategy === 'replace';
  if (!joined && workersOf(state).some((worker) => provider.workersMustPass(hop, worker))) return 'all';
  const ahead = project(project(state, hop, 'control-plane'), next, 'control-plane');
  return leavesWorkersBehind(ahead) ? 'all' : 'control-plane';
}

function leavesWorkersBehind(state: Observation): boolean {
  const workers = new Set(workersOf(state).map(({ name }) => name));
  const behind = new Set(
    componentsOf(state).flatMap(({ kind, node, object }) =>
      kind !== 'kubectl' && node !== undefined && workers.has(node) ? [object] : [],
    ),
  );
  return skewProblems(componentsOf(state)).some(({ object }) => behind.has(object));
}

function workersOf({ nodes }: Observation): readonly NodeObservation[] {
  return nodes.filter(({ role }) => role === 'worker');
}
