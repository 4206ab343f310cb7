import type { Proof } from '../../backup/manifest.ts';
import { backupUrl, PROOF_RESULTS } from '../backup-facts.ts';
import type { ProofResult } from '../model.ts';
import { differenceLines, exceptionLines, proofHeadline, proofPlace } from '../proof-facts.ts';
import type { Paint, Style } from './paint.ts';

const STYLES: Readonly<Record<Proof['result'], Style>> = {
  passed: 'green',
  failed: 'red',
  'not-made': 'yellow',
};

/** Every proof with all that it found. */
export function proofsText(result: ProofResult, paint: Paint): string {
  const { backup, proofs, record } = result;
  return [
    `${paint('bold', 'Backup')} ${proofHeadline(result)}`,
    `  ${backupUrl(backup)}`,
    ...proofs.flatMap((proof) => ['', ...proofLines(proof, paint)]),
    '',
    record === undefined
      ? paint('yellow', 'Not recorded: the store lets nobody write there.')
      : `Recorded in ${backup.storeUrl}/${record}`,
  ].join('\n');
}

function proofLines(proof: Proof, paint: Paint): readonly string[] {
  const { kind, result, detail, next } = proof;
  const place = proofPlace(proof);
  const failed = differenceLines(proof);
  return [
    `${paint(STYLES[result], PROOF_RESULTS[result])} ${paint('bold', kind)}${place === '' ? '' : ` (${place})`}`,
    ...(failed.length > 0 ? failed : [detail]).map((line) => `  ${line}`),
    ...(next === undefined ? [] : [`  next: ${next}`]),
    ...exceptionLines(proof).map((line) => paint('dim', `  except ${line}`)),
  ];
}
