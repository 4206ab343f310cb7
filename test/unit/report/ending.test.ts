import { expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { resultDocument } from '../../../src/report/document.ts';
import { type Ending, exitCodeOf, failureOf } from '../../../src/report/ending.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { OUTPUTS } from '../../../src/request/contract/outputs.ts';
import { backedUp, blocked, blockedPlan, failed, planned, source, status, upgraded } from './samples.ts';

const badFile = failureOf(
  new KubestairError('CONFIG_UNKNOWN_KEY', 'spec.verson is not known', {
    location: { file: 'clusters/prod.yaml', line: 7, column: 3 },
    next: 'Rename the key.',
  }),
  'plan',
);
const files = { result: '/t/result.json', summary: '/t/summary.md', report: '/tmp/r/report.html' };

test.each<[string, Ending, number]>([
  ['a plan that is ready', planned, 0],
  ['an upgrade', upgraded, 0],
  ['a blocked plan', blocked, 3],
  ['a failed upgrade', failed, 1],
  ['bad input', badFile, 2],
  ['a lock that another run has', failureOf(new KubestairError('LOCKED', 'x'), 'upgrade'), 3],
  ['an interruption', failureOf(new KubestairError('INTERRUPTED', 'x'), 'upgrade'), 4],
  ['a request that failed', failureOf(new KubestairError('KUBE_REQUEST', 'x'), 'status'), 1],
])('exit code of %s', (_what, ending, code) => {
  expect(exitCodeOf(ending)).toBe(code);
});

test('a host that vanishes from a run at work is a failure and no bad input', () => {
  const problem = { code: 'HOST_UNREACHABLE', message: 'x' } as const;
  expect(exitCodeOf({ ...failed, outcome: { state: 'failed', problem } })).toBe(1);
});

test.each<[string, Ending]>(Object.entries({ planned, upgraded, failed, backedUp, status, badFile }))(
  'every declared output is set by %s',
  (_name, ending) => {
    expect(Object.keys(outputsOf(ending, files)).sort()).toEqual(Object.keys(OUTPUTS).sort());
  },
);

test('outputs of an upgrade', () => {
  expect(outputsOf(upgraded, files)).toMatchObject({
    outcome: 'changed',
    'exit-code': '0',
    reason: '',
    verdict: 'ready',
    hops: '[{"from":"v1.35.4","to":"v1.36.3"}]',
    'current-version': 'v1.35.4',
    'target-version': 'v1.36.3',
    'api-writes-failed': '1',
    'api-longest-gap-seconds': '4.2',
    'backup-id': '20261121T090507Z-3f9a',
    'backup-url': 's3://acme-backups/prod/prod/20261121T090507Z-3f9a',
    'result-file': '/t/result.json',
  });
});

test('the document of a failure names the command that was asked for', () => {
  expect(JSON.parse(resultDocument(badFile, 'kubestair/1'))).toEqual({
    format: 'kubestair.dev/result/v1',
    tool: 'kubestair/1',
    command: 'plan',
    outcome: badFile.outcome,
    exitCode: 2,
  });
});

test('the document of a result holds all of it', () => {
  const parsed = JSON.parse(resultDocument(upgraded, 'kubestair/1'));
  expect(parsed).toMatchObject({ ...upgraded, exitCode: 0 });
});

test('an annotation stands where the problem is', () => {
  expect(annotationsOf(badFile)).toEqual([
    {
      level: 'error',
      title: 'CONFIG_UNKNOWN_KEY',
      message: 'spec.verson is not known\nNext: Rename the key.',
      location: { file: 'clusters/prod.yaml', line: 7, column: 3 },
    },
  ]);
});

test('no more annotations of a level than GitHub shows', () => {
  const finding = blockedPlan.findings[1];
  if (finding === undefined) throw new Error('the sample has no such finding');
  const many = Array.from({ length: 30 }, () => finding);
  const annotations = annotationsOf({
    command: 'plan',
    outcome: { state: 'blocked' },
    plan: { ...blockedPlan, findings: many },
    source,
  });
  expect(annotations).toHaveLength(10);
});
