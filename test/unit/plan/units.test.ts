import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secondsOf, startsOf, unitsOf } from '../../../src/plan/units.ts';

interface Small {
  readonly id: string;
  readonly node?: string;
  readonly batch?: string;
  readonly expectedSeconds: number;
}

const at = (batch: string, node: string, expectedSeconds = 10): Small => ({
  id: `${batch}/${node}/${expectedSeconds}`,
  node,
  batch,
  expectedSeconds,
});

test('steps without a batch are units of their own', () => {
  const steps: readonly Small[] = [
    { id: 'a', expectedSeconds: 1 },
    { id: 'b', node: 'w1', expectedSeconds: 2 },
    { id: 'c', node: 'w1', expectedSeconds: 3 },
  ];
  expect(unitsOf(steps)).toEqual(steps.map((step) => ({ lanes: [[step]], after: [] })));
  expect(secondsOf(steps, 8)).toBe(6);
});

test('a batch has a lane for each node, and then what belongs to none', () => {
  const settle: Small = { id: 'settle', batch: 'x', expectedSeconds: 5 };
  const steps = [at('x', 'w1', 10), at('x', 'w1', 20), at('x', 'w2', 40), settle, at('y', 'w3')];
  const [first, second] = unitsOf(steps);
  expect(first).toEqual({ lanes: [steps.slice(0, 2), [steps[2]]], after: [settle] });
  expect(second?.lanes).toHaveLength(1);
  expect([...startsOf(steps, 2).values()]).toEqual([0, 10, 0, 40, 45]);
  expect(secondsOf(steps, 2)).toBe(55);
  expect(secondsOf(steps, 1)).toBe(85);
});

describe('whatever the steps are', () => {
  const step = fc.record(
    {
      id: fc.string(),
      node: fc.constantFrom('w1', 'w2', 'w3'),
      batch: fc.constantFrom('a', 'b'),
      expectedSeconds: fc.nat({ max: 100 }),
    },
    { requiredKeys: ['id', 'expectedSeconds'] },
  );

  test('every one is in one unit, and more at once never take longer', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const all = unitsOf(steps).flatMap(({ lanes, after }) => [...lanes.flat(), ...after]);
        expect(all).toHaveLength(steps.length);
        expect(new Set(all)).toEqual(new Set(steps));
        const alone = secondsOf(steps, 1);
        expect(alone).toBe(steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0));
        expect(secondsOf(steps, 3)).toBeLessThanOrEqual(alone);
      }),
    );
  });
});
