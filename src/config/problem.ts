import { type ErrorCode, formatLocation, KubestairError, type Location } from '../errors.ts';

/** Something wrong at one place of a file. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly location: Location;
  readonly next?: string;
}

/**
 * One error for everything that is wrong with a file: code and place of the first problem with its source line, the others below.
 * @param text the file that the problems are in
 */
export function configError(text: string, problems: readonly Problem[]): KubestairError {
  const [first, ...others] = problems.toSorted(byPlace);
  if (first === undefined) throw new RangeError('configError() needs a problem');
  const more = others.map(({ message, location }) => `also ${formatLocation(location)}: ${message}`);
  return new KubestairError(
    first.code,
    [first.message, ...excerpt(text, first.location), ...more].join('\n'),
    {
      location: first.location,
      next: first.next ?? 'Correct the file and run the same command again.',
    },
  );
}

function byPlace(a: Problem, b: Problem): number {
  return (
    (a.location.line ?? 0) - (b.location.line ?? 0) || (a.location.column ?? 0) - (b.location.column ?? 0)
  );
}

/** The source line and a caret below the column. */
function excerpt(text: string, { line, column }: Location): readonly string[] {
  const source = line === undefined ? undefined : text.split(/\r?\n/)[line - 1];
  if (source === undefined || column === undefined) return [];
  const gutter = `  ${line} | `;
  return [gutter + source, `${' '.repeat(gutter.length - 2)}| ${' '.repeat(column - 1)}^`];
}
