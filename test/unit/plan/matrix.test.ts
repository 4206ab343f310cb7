import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterMatrix } from '../../../src/plan/matrix.ts';

test('lower waves come first, clusters without one last', () => {
  const { waves } = clusterMatrix([
    { cluster: 'prod-b', file: 'b.yaml' },
    { cluster: 'staging', file: 's.yaml', wave: 2 },
    { cluster: 'canary', file: 'c.yaml', wave: 1 },
    { cluster: 'prod-a', file: 'a.yaml' },
  ]);
  expect(waves.map(({ include }) => include.map(({ cluster }) => cluster))).toEqual([
    ['canary'],
    ['staging'],
    ['prod-a', 'prod-b'],
  ]);
});

test('every cluster is in exactly one wave, and none is empty', () => {
  const cluster = fc.record(
    { cluster: fc.string(), file: fc.string(), wave: fc.integer({ min: 1, max: 5 }) },
    { requiredKeys: ['cluster', 'file'] },
  );
  fc.assert(
    fc.property(fc.array(cluster), (clusters) => {
      const { matrix, waves } = clusterMatrix(clusters);
      expect(waves.flatMap(({ include }) => include)).toEqual(matrix.include);
      expect(matrix.include).toHaveLength(clusters.length);
      expect(waves.every(({ include }) => include.length > 0)).toBe(true);
    }),
  );
});
