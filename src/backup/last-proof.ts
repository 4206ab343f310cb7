import type { Manifest, Proof } from './manifest.ts';

/** In the order in which each rests on the one before; weakest first. */
export const PROOF_KINDS = [
  'checksums',
  'cross-proof',
  'drill',
  'rehearsal',
] as const satisfies readonly Proof['kind'][];

/** The last proof of a kind that came to its end: one that could not be made says nothing, so the one before it stands. */
export function lastProof(
  { proofs }: Pick<Manifest, 'proofs'>,
  kind: Proof['kind'],
): (Proof & { readonly result: 'passed' | 'failed' }) | undefined {
  return proofs.filter(isMade).reduce<MadeProof | undefined>((last, proof) => {
    if (proof.kind !== kind) return last;
    return last === undefined || Date.parse(proof.at) >= Date.parse(last.at) ? proof : last;
  }, undefined);
}

type MadeProof = Proof & { readonly result: 'passed' | 'failed' };

function isMade(proof: Proof): proof is MadeProof {
  return proof.result !== 'not-made';
}
