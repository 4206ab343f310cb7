import type { Location } from '../errors.ts';
import type { Acceptance } from './accept-schema.ts';
import { configError, type Problem } from './problem.ts';
import { locateValue, type Source } from './source.ts';
import { didYouMean } from './suggest.ts';

/** What is known of a check where acceptances are read. */
export interface KnownCheck {
  readonly id: string;
  readonly mandatory?: true;
}

/**
 * The acceptances of a file with their places.
 * @throws KubestairError CONFIG_INVALID for a check that does not exist or that is mandatory, and for one object named twice
 */
export function readAcceptances(
  source: Source,
  written: readonly Omit<Acceptance, 'at'>[],
  checks: readonly KnownCheck[],
): readonly Acceptance[] {
  const acceptances = written.map((each, index) => ({
    ...each,
    at: locateValue(source, ['spec', 'accept', index]),
  }));
  const problems = acceptances.flatMap((acceptance, index) => {
    const place = locateValue(source, ['spec', 'accept', index, 'check']);
    const twice = acceptances.findIndex((other) => isSame(other, acceptance)) < index;
    return [
      ...problemOfCheck(acceptance.check, place, checks),
      ...(twice ? [invalid(`${acceptance.check} of ${acceptance.object} is accepted twice`, place)] : []),
    ];
  });
  if (problems.length > 0) throw configError(source.text, problems);
  return acceptances;
}

function problemOfCheck(id: string, place: Location, checks: readonly KnownCheck[]): readonly Problem[] {
  const check = checks.find((known) => known.id === id);
  if (check === undefined) {
    const guess = didYouMean(
      id,
      checks.map((known) => known.id),
    );
    const hint = guess === undefined ? 'docs/checks.md has the list of checks' : `did you mean "${guess}"?`;
    return [invalid(`There is no check "${id}"; ${hint}`, place)];
  }
  if (check.mandatory === undefined) return [];
  return [
    {
      ...invalid(`The check ${id} is mandatory: no acceptance lets it pass`, place),
      next: 'Take the acceptance out, and do what the finding says.',
    },
  ];
}

function isSame(a: Omit<Acceptance, 'at'>, b: Omit<Acceptance, 'at'>): boolean {
  return a.check === b.check && a.object === b.object;
}

function invalid(message: string, location: Location): Problem {
  return { code: 'CONFIG_INVALID', message, location };
}
