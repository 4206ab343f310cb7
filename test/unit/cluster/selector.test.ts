import { expect, test } from 'vitest';
import type { LabelSelector } from '../../../src/cluster/observation.ts';
import { selects } from '../../../src/cluster/selector.ts';

const labels = { app: 'web', tier: 'front' };

test.each<[string, LabelSelector, boolean]>([
  ['an empty selector selects everything', {}, true],
  ['matchLabels all have to match', { matchLabels: { app: 'web', tier: 'back' } }, false],
  ['matchLabels match', { matchLabels: { app: 'web' } }, true],
  ['In', { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, true],
  ['In with a missing key', { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false],
  ['NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  [
    'NotIn with a missing key',
    { matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] },
    true,
  ],
  ['Exists', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
  ['DoesNotExist', { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
  [
    'both parts',
    { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'zone', operator: 'Exists' }] },
    false,
  ],
])('%s', (_name, selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});
