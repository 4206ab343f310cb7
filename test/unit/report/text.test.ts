import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cleanData } from '../../../src/report/clean.ts';
import { commandLine, shellQuoted } from '../../../src/report/commands.ts';
import { nodeTimes } from '../../../src/report/node-times.ts';
import { columns, type Paint, plain } from '../../../src/report/terminal/paint.ts';
import { problemText } from '../../../src/report/terminal/problem.ts';
import { terminalText } from '../../../src/report/terminal/terminal.ts';
import { formatBytes, formatSeconds } from '../../../src/report/units.ts';
import { blocked, blockedPlan, donePlan, failed, planned, source, status, upgraded } from './samples.ts';

test.each([
  [0.4, '0s'],
  [59.4, '59s'],
  [59.6, '1m 00s'],
  [125, '2m 05s'],
  [3599.7, '1h 00m'],
  [3725, '1h 02m'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [5 * 1024 ** 3, '5.0 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('names cannot drive the terminal', () => {
  const evil = { name: 'a\u001b[2Jb\u202ec', list: ['d\u0007'] };
  expect(cleanData(evil)).toEqual({ name: 'a\ufffd[2Jb\ufffdc', list: ['d\ufffd'] });
});

test('a file name cannot end the command line that is shown', () => {
  expect(commandLine('plan', "x'; rm -rf /")).toBe(`kubestair plan -f 'x'\\''; rm -rf /'`);
  expect(shellQuoted('clusters/prod.yaml')).toBe('clusters/prod.yaml');
});

test('columns align although cells are coloured', () => {
  const paint: Paint = (_style, text) => `\u001b[31m${text}\u001b[39m`;
  const [first = '', second = ''] = columns([
    [paint('red', 'ab'), 'x'],
    ['abcd', 'y'],
  ]);
  expect(stripVTControlCharacters(first).indexOf('x')).toBe(second.indexOf('y'));
});

test('an error is written as compilers do', () => {
  const text = problemText(
    {
      code: 'CONFIG_UNKNOWN_KEY',
      message: 'spec.verson is not known',
      location: { file: 'clusters/prod.yaml', line: 7, column: 3 },
      next: 'Rename the key.',
    },
    plain,
  );
  expect(text.split('\n')).toEqual([
    'error[CONFIG_UNKNOWN_KEY]: spec.verson is not known',
    '  --> clusters/prod.yaml:7:3',
    '  next: Rename the key.',
  ]);
});

test('a plan ends with the command that carries out exactly it', () => {
  const lines = terminalText(planned, plain).split('\n');
  expect(lines.at(-1)?.trim()).toBe(`kubestair upgrade -f clusters/prod.yaml --plan-hash ${'ab'.repeat(32)}`);
});

test('a blocked plan shows what blocks first, and no command to upgrade', () => {
  const text = terminalText(blocked, plain);
  expect(text.indexOf('budget-never-allows')).toBeLessThan(text.indexOf('single-replica'));
  expect(text).toContain('do: Scale Deployment/shop/web to 3.');
  expect(text).not.toContain('kubestair upgrade');
});

test('a plan with nothing to do says so, and lists no steps', () => {
  const text = terminalText(
    { command: 'plan', outcome: { state: 'nothing-to-do' }, plan: donePlan, source },
    plain,
  );
  expect(text).toContain('Nothing to do: prod is at v1.36.3.');
  expect(text).not.toContain('Steps');
});

test('an upgrade tells the times of each node and the backup', () => {
  const text = terminalText(upgraded, plain);
  expect(text).toContain('prod is at v1.36.3: upgraded from v1.35.4 in 6m 08s.');
  expect(text).toContain(
    'API server  1 of 361 writes failed, 2 at the second try; at most 4.2 s between two, in 6m 01s',
  );
  expect(text).toMatch(/^w1 +v1\.36\.3 +45s +20s +1m 21s +upgraded$/m);
  expect(text).toContain('s3://acme-backups/prod/prod/20261121T090507Z-3f9a');
  expect(text).toContain('To go back to v1.35.4');
});

test('a failed upgrade tells what was done, what was not, and how to go on', () => {
  const text = terminalText(failed, plain);
  expect(text).toContain('failed  v1.36.3/w1/drain: Pod shop/web-7d4-x2 could not be evicted.');
  expect(text).toContain('waited 10m 00s for PodDisruptionBudget shop/web');
  expect(text).toMatch(/Not done {2}3 steps:\n {2}v1\.36\.3\/w1\/kubelet/);
  expect(text).toMatch(/To go on\n {2}kubestair upgrade -f clusters\/prod\.yaml$/m);
});

describe('before the first node', () => {
  const records = failed.records.map(({ step }) => ({ step, state: 'not-started' as const, notes: [] }));

  test('a run that failed says that no node was touched, lists no steps and no way back', () => {
    const text = terminalText({ ...failed, records }, plain);
    expect(text).toContain('no node of prod was touched');
    expect(text).not.toContain('not started');
    expect(text).not.toContain('To go back');
    expect(text).toContain('To go on\n  kubestair upgrade -f clusters/prod.yaml');
  });

  test('a blocked upgrade shows the plan that is blocked', () => {
    const result = { ...failed, records, plan: blockedPlan, outcome: blocked.outcome };
    expect(terminalText(result, plain)).toBe(terminalText(blocked, plain));
  });

  test('an upgrade whose plan is another one than approved shows no command to go on', () => {
    const problem = { code: 'PLAN_DRIFT', message: 'The plan is another one.' } as const;
    const text = terminalText({ ...failed, records, outcome: { state: 'blocked', problem } }, plain);
    expect(text).toContain('Blocked after 6m 08s: no node of prod was touched.');
    expect(text).not.toContain('kubestair upgrade');
  });
});

test('a node that is still away is told so, with how long it was when the run stopped', () => {
  expect(nodeTimes(failed.records)).toEqual([
    { node: 'cp1', to: 'v1.36.3', upgrade: 180, state: 'upgraded' },
    { node: 'w1', to: 'v1.36.3', drain: 45, away: 45, stillAway: true, state: 'failed' },
  ]);
});

test('the status tells who cordoned a node and that a lock is stale', () => {
  const text = terminalText(status, plain);
  expect(text).toContain('Ready,SchedulingDisabled (cordoned by run r-1)');
  expect(text).toContain('stale, last held by run r-1');
});
