import { expect, test } from 'vitest';
import { between } from '../../../scripts/generate/markers.ts';
import { readVitestReport, sum, totalLine } from '../../../scripts/test/count.ts';
import { takeTurns } from '../../../scripts/test/turns.ts';

const report = JSON.stringify({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 1,
});

test('skipped tests are counted, not passed', () => {
  expect(readVitestReport(report, 0)).toEqual({ passed: 5, failed: 0, notRun: 3 });
});

test('a run that fails without a failed test is a failure', () => {
  expect(readVitestReport(report, 1).failed).toBe(1);
  expect(readVitestReport(undefined, 1).failed).toBe(1);
});

test('totals add up', () => {
  const total = sum([readVitestReport(report, 0), { passed: 1, failed: 1, notRun: 0 }]);
  expect(totalLine(total)).toBe('6 passed, 1 failed, 3 skipped');
  expect(totalLine({ passed: 2, failed: 0, notRun: 0 })).toBe('2 passed, 0 failed');
});

test('only what stands between the markers is replaced', () => {
  const text = 'a\n  # begin x\n  old\n  # end x\nb\n';
  expect(between(text, 'x', '  new', '#')).toBe('a\n  # begin x\n  new\n  # end x\nb\n');
  expect(() => between(text, 'y', '', '#')).toThrow(/no markers/);
});

test('what works side by side prints one after the other, the first one as it works', () => {
  let seen = '';
  const [first, second, third] = takeTurns(3, (bytes) => {
    seen += String(bytes);
  });
  second?.write(Buffer.from('2a '));
  first?.write(Buffer.from('1a '));
  expect(seen).toBe('1a ');
  third?.write(Buffer.from('3a '));
  third?.end();
  first?.write(Buffer.from('1b '));
  first?.end();
  expect(seen).toBe('1a 1b 2a ');
  second?.write(Buffer.from('2b '));
  expect(seen).toBe('1a 1b 2a 2b ');
  second?.end();
  expect(seen).toBe('1a 1b 2a 2b 3a ');
});
