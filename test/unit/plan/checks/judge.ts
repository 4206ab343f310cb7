import type { HostFacts } from '../../../../src/cluster/host-facts.ts';
import { known } from '../../../../src/cluster/known.ts';
import type { NodeObservation, Observation } from '../../../../src/cluster/observation.ts';
import type { ClusterConfig } from '../../../../src/config/schema.ts';
import { runChecks } from '../../../../src/plan/checks/registry.ts';
import { evictionsOf } from '../../../../src/plan/disruption.ts';
import type { Finding, Hop } from '../../../../src/plan/plan.ts';
import { cluster, config, controlPlane, facts, host, NOW, plainProvider, worker } from '../sample.ts';

export interface Given {
  readonly observation?: Observation;
  readonly config?: ClusterConfig;
  readonly hops?: readonly Hop[];
  readonly now?: Date;
}

export const HOP = { from: 'v1.35.4', to: 'v1.36.3' } as const;

/** What one check finds, for the plan of a hop. */
export function findings(check: string, given: Given = {}): readonly Finding[] {
  const { observation = withFacts({}), hops = [HOP], now = NOW } = given;
  const steps = hops.flatMap((hop) => plainProvider.steps(hop, observation));
  const evictions = evictionsOf(steps, observation);
  const input = { config: given.config ?? config(), observation, hops, steps, evictions, now };
  return runChecks(input).filter((finding) => finding.check === check);
}

/** `severity object` of each finding of one check. */
export function found(check: string, given: Given = {}): readonly string[] {
  return findings(check, given).map(({ severity, object }) => `${severity} ${object}`);
}

/** A cluster whose worker w1 has these facts to it. */
export function withFacts(
  over: Partial<HostFacts>,
  node: Partial<NodeObservation> = {},
  cgroup: 'v1' | 'v2' = 'v2',
): Observation {
  return cluster([
    controlPlane('cp1', 'v1.35.4'),
    worker('w1', 'v1.35.4', { host: known(host('v1.35.4', { facts: facts(over), cgroup })), ...node }),
  ]);
}

/** A cluster whose control planes have these facts to them, in their order. */
export function planes(...overs: readonly Partial<HostFacts>[]): Observation {
  return cluster(
    overs.map((over, index) =>
      controlPlane(`cp${index + 1}`, 'v1.35.4', { host: known(host('v1.35.4', { facts: facts(over) })) }),
    ),
  );
}
