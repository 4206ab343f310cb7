import type { Proof } from '../../backup/manifest.ts';
import { backupUrl, PROOF_RESULTS } from '../backup-facts.ts';
import type { ProofResult } from '../model.ts';
import { differenceLines, exceptionLines, proofHeadline, proofPlace } from '../proof-facts.ts';
import { code, details, md, table } from './escape.ts';
import { problemText } from './problem.ts';
import type { Section } from './sections.ts';

const MARKS: Readonly<Record<Proof['result'], string>> = { passed: '✅', failed: '❌', 'not-made': '➖' };

/** The order in which detail is dropped, first one first. */
const KEEP = { exceptions: 1, differences: 2 } as const;

export function proofSections(result: ProofResult): readonly Section[] {
  const { backup, outcome, proofs, record } = result;
  const mark = outcome.problem === undefined ? '✅' : '❌';
  const rows = proofs.map((proof) => [
    `${MARKS[proof.result]} ${proof.kind}`,
    PROOF_RESULTS[proof.result],
    md(proof.detail),
    md(proofPlace(proof)),
  ]);
  const where = `${code(backupUrl(backup))}${record === undefined ? '' : `, recorded in ${code(record)}`}`;
  return [
    { name: 'heading', keep: 'always', text: `## ${mark} ${md(proofHeadline(result))}\n\n${where}` },
    {
      name: 'problem',
      keep: 'always',
      text: outcome.problem === undefined ? '' : problemText(outcome.problem),
    },
    { name: 'proofs', keep: 'always', text: table(['Proof', 'Result', 'What was found', 'Where'], rows) },
    ...proofs.map((proof) => ({
      name: `differences of the ${proof.kind}`,
      keep: KEEP.differences,
      text: list(`What the ${proof.kind} found`, differenceLines(proof)),
    })),
    ...proofs.map((proof) => ({
      name: `exceptions of the ${proof.kind}`,
      keep: KEEP.exceptions,
      text: list(`Exceptions of the ${proof.kind}`, exceptionLines(proof)),
    })),
  ];
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return details(`${title} (${lines.length})`, lines.map((line) => `- ${md(line)}`).join('\n'));
}
