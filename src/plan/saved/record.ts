import { unknown } from '../../cluster/known.ts';
import { makePlan } from '../make-plan.ts';
import type { Finding, Hop, Plan } from '../plan.ts';
import type { Offered } from '../targets.ts';

type Question = Parameters<typeof makePlan>[0];
type PlanProvider = Question['provider'];

/** All that a plan was made from: what it was given and seen to the end, and what the provider said. */
export interface PlanBasis {
  readonly given: Omit<Question, 'provider' | 'signal' | 'lookAhead'>;
  readonly offered: Offered;
  readonly preflight: { readonly hops: readonly Hop[]; readonly findings: readonly Finding[] };
}

/** What a provider decides without looking anywhere. */
export type PureProvider = Omit<PlanProvider, 'targets' | 'preflight'>;

/** Makes a plan and keeps what it was made from. @throws KubestairError like makePlan() */
export async function makeRecordedPlan(
  question: Question,
): Promise<{ readonly plan: Plan; readonly basis: PlanBasis }> {
  const { provider, signal, lookAhead, ...given } = question;
  let { observation } = given;
  let offered: Offered = new Map();
  let preflight: PlanBasis['preflight'] = { hops: [], findings: [] };
  const plan = await makePlan({
    ...given,
    signal,
    provider: {
      ...provider,
      async targets(minors, seen, abort) {
        offered = await provider.targets(minors, seen, abort);
        return offered;
      },
      async preflight(hops, seen, abort) {
        const findings = await provider.preflight(hops, seen, abort);
        preflight = { hops, findings };
        return findings;
      },
    },
    async lookAhead(steps) {
      observation = (await lookAhead?.(steps)) ?? observation;
      return observation;
    },
  });
  return { plan, basis: { given: { ...given, observation }, offered, preflight } };
}

/**
 * Makes the plan of a basis anew, without looking anywhere. What the provider was not asked then is unknown now.
 * @param changed what is to be another one, for example the configuration
 * @throws KubestairError like makePlan()
 */
export async function replan(
  { given, offered, preflight }: PlanBasis,
  provider: PureProvider,
  changed: Partial<PlanBasis['given']>,
): Promise<Plan> {
  const replaying: PlanProvider = {
    ...provider,
    targets: async (minors) => new Map(minors.map((minor) => [minor, offered.get(minor) ?? notAsked])),
    preflight: async (hops) => (isSame(preflight.hops, hops) ? preflight.findings : [notLookedAt(hops)]),
  };
  return await makePlan({ ...given, ...changed, provider: replaying });
}

const notAsked = unknown('nobody asked for its releases when the cluster was observed');

function notLookedAt(hops: readonly Hop[]): Finding {
  return {
    check: 'host-preflight',
    severity: 'unknown',
    object: 'hosts',
    message: `When the cluster was observed, its hosts were not asked whether they can go to ${hops.map(({ to }) => to).join(' and ')}.`,
    remedy: 'Plan against the cluster itself.',
  };
}

function isSame(a: readonly Hop[], b: readonly Hop[]): boolean {
  return (
    a.length === b.length && a.every(({ from, to }, index) => from === b[index]?.from && to === b[index]?.to)
  );
}
