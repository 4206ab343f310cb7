import type { Command } from '../request/contract/commands.ts';
import type { ExitCode } from '../request/contract/exit-codes.ts';
import { commandOf, type Ending, exitCodeOf, type Failure } from './ending.ts';
import type { Result } from './model.ts';

const FORMAT = 'kubestair.dev/result/v1';

/** What every result document begins with. */
interface Head {
  readonly format: typeof FORMAT;
  /** Name and version of what wrote it. */
  readonly tool: string;
  readonly exitCode: ExitCode;
}

/** A run that ended before there was anything to report on. */
interface FailureContent {
  /** What was asked for, if that much could be read. */
  readonly command: Command | null;
  readonly outcome: Failure['outcome'];
}

/** What `--output json` prints and the output `result-file` names, published as schema/result.schema.json. */
export type ResultDocument = Head & (Result | FailureContent);

/**
 * The whole ending as one JSON document with a line feed at its end. Its form is versioned: within
 * `kubestair.dev/result/v1` fields are only added.
 */
export function resultDocument(ending: Ending, tool: string): string {
  const head = { format: FORMAT, tool, exitCode: exitCodeOf(ending) } as const;
  const document: ResultDocument =
    ending.command === 'failure'
      ? { ...head, command: commandOf(ending) ?? null, outcome: ending.outcome }
      : { ...head, ...ending };
  return `${JSON.stringify(document, null, 2)}\n`;
}
