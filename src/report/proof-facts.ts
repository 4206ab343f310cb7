import type { Proof } from '../backup/manifest.ts';
import { PROOF_RESULTS } from './backup-facts.ts';
import type { ProofResult } from './model.ts';
import { count } from './units.ts';

/** The last proof of each kind, as an output. */
export function proofsOutput(proofs: readonly Proof[]): string {
  return JSON.stringify(Object.fromEntries(proofs.map(({ kind, result }) => [kind, result])));
}

/** The result in one line. */
export function proofHeadline({ backup, proofs }: ProofResult): string {
  const by = (wanted: Proof['result']) => proofs.filter(({ result }) => result === wanted);
  const facts = (['passed', 'failed', 'not-made'] as const)
    .filter((result) => by(result).length > 0)
    .map(
      (result) =>
        `${by(result)
          .map(({ kind }) => kind)
          .join(', ')} ${PROOF_RESULTS[result]}`,
    );
  return `${backup.manifest.id} of ${backup.manifest.cluster.name}: ${facts.join('; ')}`;
}

/** Where and how long, to follow a proof's name. */
export function proofPlace({ where, version, seconds }: Proof): string {
  return [
    ...(version === undefined ? [] : [`kube-apiserver ${version}`]),
    ...(where === undefined ? [] : [`on ${where}`]),
    ...(seconds === undefined ? [] : [`${seconds} s`]),
  ].join(', ');
}

/** What was not compared, or differs by right, a line each. */
export function exceptionLines({ exceptions = [] }: Proof): readonly string[] {
  return exceptions.map(({ what, count: many, reason }) => `${what} (${many}): ${reason}`);
}

/** What differs, a line each, and how many more there are. */
export function differenceLines({ examples = [], differences = 0 }: Proof): readonly string[] {
  const more = differences - examples.length;
  return [
    ...examples.map(({ object, finding }) => `${object} ${finding}`),
    ...(more > 0 ? [`and ${count(more, 'more', 'more')}`] : []),
  ];
}
