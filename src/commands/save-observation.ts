import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KubestairError } from '../errors.ts';
import { type SavedObservation, writeObservation } from '../plan/saved/document.ts';
import { pseudonymise } from '../plan/saved/pseudonymise.ts';
import type { RunIo } from '../request/io.ts';
import type { PlanRequest } from '../request/request.ts';
import type { MadePlan } from './plan.ts';

/**
 * Writes what a plan was made from, readable by its owner only: it says much about a cluster.
 * @throws KubestairError OUTPUT_FAILED
 */
export async function saveObservation(
  { saveObservation: file = '', pseudonymise: hidden }: PlanRequest,
  { basis, source }: MadePlan,
  io: RunIo,
): Promise<void> {
  const savedAt = io.clock.now().toISOString();
  const saved: SavedObservation = { tool: io.tool, savedAt, pseudonymised: false, file: source.file, basis };
  const text = writeObservation(hidden === true ? pseudonymise(saved) : saved);
  try {
    await writeFile(path.resolve(io.cwd, file), text, { mode: 0o600 });
  } catch (thrown) {
    throw new KubestairError('OUTPUT_FAILED', `${file} cannot be written: ${messageOf(thrown)}`, {
      next: 'Name a file in a directory that exists and that you may write to.',
      cause: thrown,
    });
  }
  const look = hidden === true ? ' Names are replaced; look through it before you show it to others.' : '';
  io.log.info(`Saved what the plan was made from to ${file}.${look}`);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
