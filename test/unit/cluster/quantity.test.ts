import fc from 'fast-check';
import { expect, test } from 'vitest';
import { milliOf } from '../../../src/cluster/quantity.ts';

test.each([
  ['1', 1000],
  ['100m', 100],
  ['0.1', 100],
  ['1.5', 1500],
  ['2Gi', 2 * 2 ** 30 * 1000],
  ['129M', 129e9],
  ['128974848', 128974848000],
  ['1e3', 1_000_000],
  ['12E-1', 1200],
  ['5E', 5e21],
  ['1500u', 2],
  ['', 0],
  ['much', 0],
])('%s is %d thousandths', (quantity, milli) => {
  expect(milliOf(quantity)).toBe(milli);
});

test('what is written in different ways is the same amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (cores) => {
      expect(milliOf(`${cores}000m`)).toBe(milliOf(String(cores)));
      expect(milliOf(`${cores * 1024}Ki`)).toBe(milliOf(`${cores}Mi`));
    }),
  );
});
