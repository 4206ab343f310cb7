import { expect, test } from 'vitest';
import { found, withFacts } from './judge.ts';

test.each([
  [{}, []],
  [{ readOnly: ['/usr/bin'] }, ['blocking Node/w1']],
  [{ brokenPackages: ['linux-image-6.1'] }, ['blocking Node/w1']],
  [{ rebootRequired: true }, ['info Node/w1']],
])('%o: %j', (facts, expected) => {
  expect(found('host-state', { observation: withFacts(facts) })).toEqual(expected);
});
