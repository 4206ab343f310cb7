import { formatLocation } from '../../errors.ts';
import { cleanData } from '../clean.ts';
import type { Problem } from '../model.ts';
import { indented, type Paint } from './paint.ts';

/**
 * An error as compilers write it, for standard error:
 * ```
 * error[CONFIG_UNKNOWN_KEY]: spec.verson is not known; did you mean version?
 *   --> clusters/prod.yaml:7:3
 *   next: Rename the key.
 * ```
 */
export function problemText(problem: Problem, paint: Paint): string {
  const { code, message, object, location, evidence = [], next } = cleanData(problem);
  const [first = '', ...more] = message.split('\n');
  const lines = [`${paint('red', `error[${code}]`)}: ${paint('bold', first)}`];
  if (location !== undefined) lines.push(`  --> ${formatLocation(location)}`);
  if (more.length > 0) lines.push(indented(more.join('\n'), '  '));
  if (object !== undefined && !message.includes(object)) lines.push(`  object: ${object}`);
  lines.push(...evidence.map((line) => indented(`- ${line}`, '  ')));
  if (next !== undefined) lines.push(indented(`next: ${next}`, '  '));
  return lines.join('\n');
}
