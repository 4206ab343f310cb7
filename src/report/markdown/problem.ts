import { formatLocation } from '../../errors.ts';
import type { Problem } from '../model.ts';
import { block, code, md } from './escape.ts';

/** What went wrong, where, and what to do next. */
export function problemText({ code: reason, message, object, location, evidence, next }: Problem): string {
  const [first = '', ...excerpt] = message.split('\n');
  const lines = [`**${code(reason)}** ${md(first)}`];
  if (location !== undefined) lines.push(`In ${code(formatLocation(location))}.`);
  if (excerpt.length > 0) lines.push(block('text', excerpt));
  if (object !== undefined && !message.includes(object)) lines.push(`It is about ${code(object)}.`);
  if (evidence !== undefined) lines.push(evidence.map((line) => `- ${md(line)}`).join('\n'));
  if (next !== undefined) lines.push(`**Next:** ${md(next)}`);
  return lines.join('\n\n');
}
