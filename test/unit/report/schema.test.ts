import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import { resultDocument } from '../../../src/report/document.ts';
import { type Ending, failureOf } from '../../../src/report/ending.ts';
import { savedObservation } from '../../acceptance/observation.ts';
import { documentProblems, publishedSchema, type SchemaName } from '../../support/documents.ts';
import { backedUp, blocked, blockedPlan, failed, planned, source, status, upgraded } from './samples.ts';

const drifted = new KubestairError('PLAN_DRIFT', 'another plan', {
  evidence: ['Node/w2 is gone'],
  location: { file: 'a.yaml', line: 1 },
});

const endings: readonly (readonly [string, Ending])[] = [
  ['a plan', planned],
  ['a plan that is blocked', blocked],
  ['an upgrade', upgraded],
  ['an upgrade that failed', failed],
  ['a backup', backedUp],
  ['a status', status],
  ['a failure', failureOf(drifted, 'upgrade')],
  ['a failure before a command was read', failureOf(drifted, undefined)],
  [
    'an offline plan',
    {
      command: 'plan',
      outcome: { state: 'blocked' },
      source,
      offline: {
        format: 'kubestair.dev/offline-plan/v1',
        tool: 'kubestair/0.1.0',
        cluster: 'prod',
        verdict: 'unknown',
        to: '1.36',
        path: ['1.36'],
        settings: [],
        notChecked: ['all'],
      },
    },
  ],
  [
    'a matrix',
    {
      command: 'matrix',
      outcome: { state: 'ready' },
      matrix: {
        matrix: { include: [{ cluster: 'prod', file: 'prod.yaml', wave: 1 }] },
        waves: [{ include: [] }],
      },
    },
  ],
];

describe('the published schema of results', () => {
  test.each(endings)('holds for %s', (_what, ending) => {
    expect(documentProblems('result', JSON.parse(resultDocument(ending, 'kubestair/0.1.0')))).toEqual([]);
  });

  test.each<[string, (document: Record<string, unknown>) => void]>([
    ['another format', (document) => Object.assign(document, { format: 'kubestair.dev/result/v2' })],
    ['an exit code of its own', (document) => Object.assign(document, { exitCode: 7 })],
    [
      'a verdict that is none',
      (document) => Object.assign(document, { plan: { ...blockedPlan, verdict: '' } }),
    ],
    ['a plan that is missing', (document) => void delete document.plan],
    ['a field that nobody knows', (document) => Object.assign(document, { more: 1 })],
  ])('finds %s', (_what, change) => {
    const document = JSON.parse(resultDocument(planned, 'kubestair/0.1.0'));
    change(document);
    expect(documentProblems('result', document)).not.toEqual([]);
  });
});

test('the published schema of backups holds for a manifest', () => {
  expect(documentProblems('backup', upgraded.backup?.manifest)).toEqual([]);
});

test('the published schema of observations holds for one that is saved', async () => {
  const { text } = await savedObservation();
  expect(documentProblems('observation', JSON.parse(text))).toEqual([]);
});

test('a schema says which version it is of', () => {
  const formats: readonly (readonly [SchemaName, string])[] = [
    ['result', 'kubestair.dev/result/v1'],
    ['backup', 'kubestair.dev/backup/v1'],
    ['observation', 'kubestair.dev/observation/v1'],
  ];
  for (const [name, format] of formats) expect(JSON.stringify(publishedSchema(name))).toContain(format);
});

test('package.json ships the schemas', () => {
  const { files } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(files).toContain('schema');
});
