import path from 'node:path';
import { isResultDocument, requireDocument } from '../../support/documents.ts';
import { attempt, type RunResult } from '../command.ts';

export const cli = path.resolve(import.meta.dirname, '../../../dist/cli.js');

/** Runs the built command line and returns what it printed, whatever its exit code; its document has to be as the schema says. */
export async function kubestair(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const result = await attempt(process.execPath, [cli, ...args], { env });
  console.error(`$ kubestair ${args.join(' ')}\n${result.stderr}${result.stdout}exit code ${result.code}`);
  if (isResultDocument(args, result.stdout)) requireDocument('result', result.stdout);
  return result;
}
