import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDirectory } from '../adapters/make-directory.ts';
import { gather } from '../dossier/gather.ts';
import { type DossierDeps, questionsAbout } from '../dossier/questions.ts';
import { type DossierInput, dossierText } from '../report/dossier.ts';
import { progressOf } from '../report/progress.ts';
import type { RunIo } from '../request/io.ts';

/** A host that answers at all answers by then. */
const SECONDS = 30;
/** A runner that cancels kills after 7.5 seconds, and the lock has to be freed before. */
const SECONDS_WHEN_INTERRUPTED = 2;

/**
 * Writes what was found around the steps that a run stopped at, readable by its owner only. It is a help and no more: what cannot be
 * had is left out, and a directory that cannot be written costs a warning.
 * @param directory where the user wants it; else the runner's temporary directory, or the system's
 * @returns the file; undefined where nothing stopped or it could not be written
 */
export async function keepDossier(
  input: Omit<DossierInput, 'parts' | 'tool' | 'at'>,
  deps: DossierDeps,
  directory: string | undefined,
  { clock, log, cwd, env, tool }: RunIo,
): Promise<string | undefined> {
  const stopped = progressOf(input.records).stopped.map(({ step }) => step);
  if (stopped.length === 0) return undefined;
  const seconds = input.outcome.state === 'interrupted' ? SECONDS_WHEN_INTERRUPTED : SECONDS;
  const at = clock.now().toISOString();
  const parts = await gather(questionsAbout(stopped, deps), clock, seconds);
  const place = path.resolve(cwd, directory ?? (env.RUNNER_TEMP || tmpdir()));
  const file = path.join(place, `kubestair-dossier-${input.runId}.md`);
  try {
    await makeDirectory(place);
    await writeFile(file, dossierText({ ...input, parts, at, tool }), { mode: 0o600 });
  } catch (thrown) {
    log.warn(
      `the dossier ${file} could not be written: ${thrown instanceof Error ? thrown.message : thrown}`,
    );
    return undefined;
  }
  log.info(`What was found around it: ${file}`);
  return file;
}
