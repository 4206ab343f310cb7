import type { Acceptance } from '../config/accept-schema.ts';
import type { CheckDescription } from './checks/check.ts';
import type { Finding } from './plan.ts';

/** Told of the acceptances themselves. */
export const ACCEPTANCES = {
  id: 'acceptances',
  about: 'Acceptances in the cluster file still count, and there is still something that they accept.',
  severity: 'warning',
  evidence: 'The list `spec.accept` of the cluster file, the findings of the plan, and the date.',
  remedy: 'Settle what was accepted, write a later day with a new reason, or take the acceptance out.',
} as const satisfies CheckDescription;

/**
 * Marks what is accepted, and tells of acceptances that have run out or fit nothing.
 * @param today the day in UTC, as `2027-01-31`
 * @param mandatory ids of the checks whose findings are never accepted
 */
export function applyAcceptances(
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
  today: string,
  mandatory: ReadonlySet<string>,
): readonly Finding[] {
  const valid = acceptances.filter(({ check, until }) => until >= today && !mandatory.has(check));
  const marked = findings.map((finding): Finding => {
    const acceptance = valid.find((each) => fits(each, finding));
    if (acceptance === undefined) return finding;
    const { reason, until } = acceptance;
    return { ...finding, accepted: { reason, until } };
  });
  return [...marked, ...acceptances.flatMap((each) => tell(each, findings, today))];
}

/** The day of a moment, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function fits({ check, object }: Acceptance, finding: Finding): boolean {
  return finding.check === check && finding.object === object;
}

function tell(acceptance: Acceptance, findings: readonly Finding[], today: string): readonly Finding[] {
  const { check, object, until, at } = acceptance;
  const common = { check: ACCEPTANCES.id, object: `${check} of ${object}`, location: at };
  if (until < today) {
    return [
      {
        ...common,
        severity: 'warning',
        message: `was accepted until ${until}, which is over: it no longer counts`,
        remedy: 'Settle it, or accept it anew with a later day, and take the old acceptance out.',
      },
    ];
  }
  if (findings.some((finding) => fits(acceptance, finding))) return [];
  return [
    {
      ...common,
      severity: 'info',
      message: 'is accepted, but nothing of that name was found',
      remedy: 'Take the acceptance out if it is settled; else compare it with the names of the findings.',
    },
  ];
}
