import { expect, test } from 'vitest';
import { found, planes } from './judge.ts';

test('tells of clones, and of nobody else', () => {
  const observation = planes({ machineId: 'a' }, { machineId: 'a' }, { machineId: 'b' });
  expect(found('machine-ids', { observation })).toEqual(['warning Node/cp1', 'warning Node/cp2']);
  expect(found('machine-ids', { observation: planes({}, {}) })).toEqual([]);
});
