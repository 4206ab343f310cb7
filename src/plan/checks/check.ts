import type { Observation } from '../../cluster/observation.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import type { Eviction } from '../disruption.ts';
import type { Finding, Hop, Severity, Step } from '../plan.ts';

/** What a check judges. A check is pure; what could not be read shows in the observation as unknown. */
export interface CheckInput {
  readonly config: ClusterConfig;
  readonly observation: Observation;
  readonly hops: readonly Hop[];
  readonly steps: readonly Step[];
  readonly evictions: readonly Eviction[];
  /** When the plan is made. */
  readonly now: Date;
}

/** What is told of a check beside its findings; docs/checks.md is made of it. */
export interface CheckDescription {
  /** Stable: acceptances and documents name it. */
  readonly id: string;
  /** What it looks for, as a sentence. */
  readonly about: string;
  /** The gravest that it reports. */
  readonly severity: Severity;
  /** What it reads, as a sentence. */
  readonly evidence: string;
  /** What to do in general, as a sentence; a finding says what to do about its own object. */
  readonly remedy: string;
  /** No acceptance lets its findings pass. */
  readonly mandatory?: true;
}

export interface Check extends CheckDescription {
  /** Findings without the name of the check. */
  find(input: CheckInput): readonly Omit<Finding, 'check'>[];
}

/** One finding for each object, whichever comes first: many pods of one controller are one thing to tell. */
export function onePerObject(findings: readonly Omit<Finding, 'check'>[]): readonly Omit<Finding, 'check'>[] {
  return [...Map.groupBy(findings, ({ object }) => object).values()].flatMap((same) => same.slice(0, 1));
}

/** Whether a host could be looked at; where it could not and the plan works on it, hosts-reached says so. */
export function isLookedAt(name: string, { observation, steps }: CheckInput): boolean {
  const host = observation.nodes.find((node) => node.name === name)?.host;
  return host?.known === true || !steps.some(({ node }) => node === name);
}
