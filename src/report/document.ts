import { commandOf, type Ending, exitCodeOf } from './ending.ts';

/**
 * The whole ending as one JSON document with a line feed at its end. Its form is versioned: within
 * `kubestair.dev/result/v1` fields are only added.
 */
export function resultDocument(ending: Ending, tool: string): string {
  const head = {
    format: 'kubestair.dev/result/v1',
    tool,
    command: commandOf(ending) ?? null,
    outcome: ending.outcome,
    exitCode: exitCodeOf(ending),
  };
  const content = ending.command === 'failure' ? head : { ...head, ...ending };
  return `${JSON.stringify(content, null, 2)}\n`;
}
