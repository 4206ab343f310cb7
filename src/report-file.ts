import { access, constants, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeDirectory } from './adapters/make-directory.ts';
import { KubestairError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Ending } from './report/ending.ts';
import { htmlReport } from './report/html/report.ts';

/**
 * Makes sure before a run that its report can be written after it.
 * @throws KubestairError OUTPUT_FAILED
 */
export async function prepareReport(file: string): Promise<void> {
  const directory = path.dirname(path.resolve(file));
  try {
    await makeDirectory(directory);
    await access(directory, constants.W_OK);
  } catch (thrown) {
    throw new KubestairError('OUTPUT_FAILED', `${file} cannot be written: ${messageOf(thrown)}`, {
      next: 'Name a file in a directory that you may write to.',
      cause: thrown,
    });
  }
}

/** Writes an ending as HTML, readable by its owner only; a disk that is full by now costs a warning. @returns whether it is there */
export async function writeReport(
  file: string,
  ending: Ending,
  { clock, log, tool }: { readonly clock: Clock; readonly log: Log; readonly tool: string },
): Promise<boolean> {
  try {
    const at = clock.now().toISOString();
    await writeFile(path.resolve(file), htmlReport(ending, { tool, at }), { mode: 0o600 });
    return true;
  } catch (thrown) {
    log.warn(`the report ${file} could not be written: ${messageOf(thrown)}`);
    return false;
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
