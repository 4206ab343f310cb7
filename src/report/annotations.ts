import type { Location } from '../errors.ts';
import type { Finding, Plan, Severity } from '../plan/plan.ts';
import { cleanData } from './clean.ts';
import type { Ending } from './ending.ts';
import type { PlanSource, Problem } from './model.ts';
import { disruptionText, timeText } from './plan-facts.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly location?: Location;
}

/** GitHub shows no more than this many of one level for a step; the rest is in the summary. */
const mostOfLevel = 10;

/** Lines that an annotation has room for; all of them are in the summary. */
const mostEvidence = 10;

/** What GitHub shows at the lines of a pull request: the verdict at the version, then findings, worst first. */
export function annotationsOf(ending: Ending): readonly Annotation[] {
  const { outcome, ...rest } = cleanData(ending);
  const found = findingsOf(ending);
  const versionAt = 'source' in rest ? rest.source.versionAt : undefined;
  const errors = [
    ...(outcome.problem === undefined ? [] : [ofProblem(outcome.problem, versionAt)]),
    ...found.flatMap((finding) => ofFinding(finding, ['blocking', 'unknown'], 'error')),
  ];
  const warnings = found.flatMap((finding) => ofFinding(finding, ['warning'], 'warning'));
  const notices =
    rest.command === 'plan' && 'plan' in rest && outcome.state === 'ready'
      ? [ofPlan(rest.plan, rest.source)]
      : [];
  return [...errors.slice(0, mostOfLevel), ...warnings.slice(0, mostOfLevel), ...notices];
}

function findingsOf(ending: Ending): readonly Finding[] {
  if ('plan' in ending) return cleanData(ending.plan.findings);
  if ('restore' in ending) return cleanData(ending.restore.findings);
  return 'maintenance' in ending ? cleanData(ending.maintenance.findings) : [];
}

function ofPlan(plan: Plan, { versionAt }: PlanSource): Annotation {
  const path = [plan.current, ...plan.hops.map(({ to }) => to)].join(' → ');
  return {
    level: 'notice',
    title: `${plan.cluster} can go from ${plan.current} to ${plan.target}`,
    message: `${path}, ${timeText(plan)}. Disrupted: ${disruptionText(plan)}. Plan ${plan.hash.slice(0, 12)}.`,
    location: versionAt,
  };
}

// What is about no line of its own is about the version that somebody asks for.
function ofProblem(problem: Problem, versionAt: Location | undefined): Annotation {
  const location = problem.location ?? versionAt;
  const next = problem.next === undefined ? [] : [`Next: ${problem.next}`];
  return {
    level: 'error',
    title: problem.code,
    message: [problem.message, ...(problem.evidence ?? []).slice(0, mostEvidence), ...next].join('\n'),
    ...(location !== undefined && { location }),
  };
}

function ofFinding(
  finding: Finding,
  severities: readonly Severity[],
  level: Annotation['level'],
): readonly Annotation[] {
  if (finding.accepted !== undefined || !severities.includes(finding.severity)) return [];
  const remedy = finding.remedy === '' ? '' : `\nWhat to do: ${finding.remedy}`;
  const annotation: Annotation = {
    level,
    title: `${finding.check}: ${finding.object}`,
    message: finding.message + remedy,
    ...(finding.location !== undefined && { location: finding.location }),
  };
  return [annotation];
}
