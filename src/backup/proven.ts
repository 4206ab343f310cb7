import { lastProof } from './last-proof.ts';
import type { Manifest, Proof } from './manifest.ts';
import { shortcomingOf } from './verified.ts';

type ProofKind = Proof['kind'];

/** What the last attempt at a proof found that came to its end. */
export function proofResult(
  manifest: Pick<Manifest, 'proofs'>,
  kind: ProofKind,
): 'passed' | 'failed' | undefined {
  return lastProof(manifest, kind)?.result;
}

/** Whether a backup is what it says, as far as one kind of proof goes. */
export function isProven(manifest: Pick<Manifest, 'proofs'>, kind: ProofKind): boolean {
  return proofResult(manifest, kind) === 'passed';
}

/** Of the backup itself; a rehearsal that failed speaks against the next version, and the backup restores to its own. */
const SPEAKS_OF_THE_BACKUP: readonly ProofKind[] = ['checksums', 'cross-proof', 'drill'];

/** Whether nothing is known to be wrong with a backup: it lacks nothing, and no proof of it failed. */
export function isSound(manifest: Manifest): boolean {
  if (shortcomingOf(manifest) !== undefined) return false;
  return SPEAKS_OF_THE_BACKUP.every((kind) => proofResult(manifest, kind) !== 'failed');
}
