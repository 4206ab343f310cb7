import type { Location } from '../errors.ts';
import type { Finding, Severity } from '../plan/plan.ts';
import { cleanData } from './clean.ts';
import type { Ending } from './ending.ts';
import type { Problem } from './model.ts';

export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly location?: Location;
}

/** GitHub shows no more than this many of one level for a step; the rest is in the summary. */
const mostOfLevel = 10;

/** What GitHub shows at the lines of a pull request: the problem first, then findings, worst first. */
export function annotationsOf(ending: Ending): readonly Annotation[] {
  const { outcome, ...rest } = cleanData(ending);
  const found = 'plan' in rest ? rest.plan.findings : [];
  const errors = [
    ...(outcome.problem === undefined ? [] : [ofProblem(outcome.problem)]),
    ...found.flatMap((finding) => ofFinding(finding, ['blocking', 'unknown'], 'error')),
  ];
  const warnings = found.flatMap((finding) => ofFinding(finding, ['warning'], 'warning'));
  return [...errors.slice(0, mostOfLevel), ...warnings.slice(0, mostOfLevel)];
}

function ofProblem(problem: Problem): Annotation {
  return {
    level: 'error',
    title: problem.code,
    message: problem.next === undefined ? problem.message : `${problem.message}\nNext: ${problem.next}`,
    ...(problem.location !== undefined && { location: problem.location }),
  };
}

function ofFinding(
  finding: Finding,
  severities: readonly Severity[],
  level: Annotation['level'],
): readonly Annotation[] {
  if (!severities.includes(finding.severity)) return [];
  const remedy = finding.remedy === '' ? '' : `\nWhat to do: ${finding.remedy}`;
  const annotation: Annotation = {
    level,
    title: `${finding.check}: ${finding.object}`,
    message: finding.message + remedy,
    ...(finding.location !== undefined && { location: finding.location }),
  };
  return [annotation];
}
