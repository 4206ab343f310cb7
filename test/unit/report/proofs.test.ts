import { describe, expect, it } from 'vitest';
import type { Proof } from '../../../src/backup/manifest.ts';
import { markdown, SUMMARY_LIMIT } from '../../../src/report/markdown/markdown.ts';
import type { ProofResult } from '../../../src/report/model.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { plain } from '../../../src/report/terminal/paint.ts';
import { terminalText } from '../../../src/report/terminal/terminal.ts';
import { upgraded } from './samples.ts';

const { backup } = upgraded;
if (backup === undefined) throw new Error('the sample has a backup');

const files = { result: 'r', summary: 's', report: 'h' };

const crossProof: Proof = {
  kind: 'cross-proof',
  result: 'passed',
  at: '2026-11-21T10:00:00Z',
  detail: '1,200 objects',
  where: 'cp1',
  seconds: 1.2,
  exceptions: [{ what: 'componentstatuses', count: 3, reason: 'kept elsewhere' }],
};
const drilled: Proof = {
  kind: 'drill',
  result: 'failed',
  at: '2026-11-21T10:00:05Z',
  detail: 'secrets shop/a comes back otherwise; and 21 more',
  where: 'cp1',
  version: 'v1.35.4',
  seconds: 5,
  differences: 22,
  examples: [{ object: 'secrets shop/<a>', finding: 'comes back otherwise' }],
  code: 'BACKUP_UNPROVEN',
  next: 'Take another backup.',
};
const rehearsed: Proof = {
  kind: 'rehearsal',
  result: 'not-made',
  at: '2026-11-21T10:00:05Z',
  detail: 'cp1 cannot get kube-apiserver v1.36.3: not found',
  version: 'v1.36.3',
  code: 'SCRATCH_UNAVAILABLE',
};

const passed: ProofResult = {
  command: 'verify',
  outcome: { state: 'ready' },
  backup,
  proofs: [crossProof],
  record: 'prod/20261121T090507Z-3f9a/proofs/x.json',
};
const { record: _record, ...notRecorded } = passed;
const failing: ProofResult = {
  ...notRecorded,
  command: 'drill',
  outcome: { state: 'failed', problem: { code: 'BACKUP_UNPROVEN', message: 'the drill failed' } },
  proofs: [crossProof, drilled, rehearsed],
};

describe('proofs of a stored backup', () => {
  it('are told with what each found, where and how long it took', () => {
    expect(terminalText(passed, plain).split('\n')).toEqual([
      'Backup 20261121T090507Z-3f9a of prod: cross-proof passed',
      '  s3://acme-backups/prod/prod/20261121T090507Z-3f9a',
      '',
      'passed cross-proof (on cp1, 1.2 s)',
      '  1,200 objects',
      '  except componentstatuses (3): kept elsewhere',
      '',
      'Recorded in s3://acme-backups/prod/prod/20261121T090507Z-3f9a/proofs/x.json',
    ]);
  });

  it('name what differs, and why one was not made', () => {
    const text = terminalText(failing, plain);
    expect(text).toContain('cross-proof passed; drill failed; rehearsal not made');
    expect(text).toContain('  secrets shop/<a> comes back otherwise\n  and 21 more\n  next: Take another');
    expect(text).toContain('not made rehearsal (kube-apiserver v1.36.3)\n  cp1 cannot get');
    expect(text).toContain('Not recorded');
  });

  it('are a table in a summary, in which no name is markup', () => {
    const text = markdown(failing, SUMMARY_LIMIT);
    expect(text).toContain('| ❌ drill | failed |');
    expect(text).toContain('| ➖ rehearsal | not made |');
    expect(text).toContain('<summary>What the drill found (2)</summary>');
    expect(text).not.toContain('<a>');
  });

  it('are outputs', () => {
    const outputs = outputsOf(failing, files);
    expect(JSON.parse(outputs.proofs)).toEqual({
      'cross-proof': 'passed',
      drill: 'failed',
      rehearsal: 'not-made',
    });
    expect(outputs).toMatchObject({ 'exit-code': '1', 'backup-id': '20261121T090507Z-3f9a' });
    expect(outputsOf(upgraded, files).proofs).toBe('{"checksums":"passed"}');
  });
});
