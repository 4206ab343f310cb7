import { backupId } from '../backup/backup-id.ts';
import type { Proof } from '../backup/manifest.ts';
import { recordProofs } from '../backup/proof-records.ts';
import { failedProof } from '../backup/verified.ts';
import type { Connections } from '../connect.ts';
import { asKubestairError, KubestairError } from '../errors.ts';
import type { Outcome, ProofResult } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { OpenBackup } from './open-backup.ts';
import { outcomeOfError } from './outcome.ts';

/** Keeps proofs beside the manifest. @returns the result's `record` */
export async function keepProofs(
  { summary: { manifest, prefix } }: OpenBackup,
  proofs: readonly Proof[],
  { store }: Pick<Connections, 'store'>,
  io: RunIo,
): Promise<Pick<ProofResult, 'record'>> {
  const record = { backup: manifest.id, tool: io.tool, proofs };
  const name = backupId(io.clock.now(), Buffer.from(io.random(2)).toString('hex'));
  try {
    return { record: await recordProofs(record, prefix, name, store, io.signal) };
  } catch (thrown) {
    io.signal.throwIfAborted();
    io.log.warn(`the proofs were not recorded: ${asKubestairError(thrown).message}`);
    return {};
  }
}

/** Fails on a proof that failed, or on one that was asked for and could not be made. */
export function outcomeOfProofs(
  { summary }: OpenBackup,
  proofs: readonly Proof[],
  asked: readonly Proof['kind'][],
): Outcome {
  const failed = failedProof({ ...summary.manifest, proofs });
  if (failed !== undefined) return outcomeOfError(failed);
  const unmade = proofs.find(({ kind, result }) => result === 'not-made' && asked.includes(kind));
  if (unmade === undefined) return { state: 'ready' };
  const { kind, code = 'BACKUP_UNPROVEN', detail, next } = unmade;
  return outcomeOfError(
    new KubestairError(code, `the ${kind} could not be made: ${detail}`, {
      object: summary.manifest.id,
      ...(next !== undefined && { next }),
    }),
  );
}
