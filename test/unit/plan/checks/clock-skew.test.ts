import { expect, test } from 'vitest';
import { findings, found, planes } from './judge.ts';

const clocks = (...offsets: readonly number[]) => ({
  observation: planes(...offsets.map((clockOffsetSeconds) => ({ clockOffsetSeconds }))),
});

test.each([
  [[0, 1, -1], []],
  // The runner's own clock is off.
  [[900, 901, 899], []],
  [[0, 0, 7], ['warning Node/cp3']],
  [[0, -300, 0], ['blocking Node/cp2']],
])('%j: %j', (offsets, expected) => {
  expect(found('clock-skew', clocks(...offsets))).toEqual(expected);
});

test('says in which direction', () => {
  expect(findings('clock-skew', clocks(0, 0, 7))[0]?.message).toContain('7 s ahead of');
  expect(findings('clock-skew', clocks(0, 0, -7))[0]?.message).toContain('7 s behind');
});
