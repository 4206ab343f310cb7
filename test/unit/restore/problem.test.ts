import { expect, it } from 'vitest';
import type { Comparison } from '../../../src/restore/etcd/compare.ts';
import { problemOf } from '../../../src/restore/etcd/problem.ts';

function compared(change: Partial<Comparison> = {}): Comparison {
  return {
    kinds: [{ resource: 'configmaps', restless: false, same: 4, differences: [] }],
    skipped: [],
    ...change,
  };
}

it('is nothing where all came back, or where an aggregated API is away', () => {
  expect(problemOf(undefined)).toBeUndefined();
  expect(problemOf(compared())).toBeUndefined();
  const skipped = [{ resource: 'pods.metrics.k8s.io', reason: '503 ServiceUnavailable: the server is away' }];
  expect(problemOf(compared({ skipped }))).toBeUndefined();
});

it.each([
  'unable to transform key "/registry/secrets/demo/pin": no matching prefix found',
  'identity transformer tried to read encrypted data',
])('is a missing key where the API server says "%s"', (said) => {
  const skipped = [{ resource: 'secrets', reason: `500 InternalError: Internal error occurred: ${said}` }];
  expect(problemOf(compared({ skipped }))).toMatchObject({ code: 'ENCRYPTION_KEYS', object: 'secrets' });
});

it('is what neither export nor snapshot can have held', () => {
  const differences = [{ standing: 'unexplained', count: 2, examples: ['a/b'] }] as const;
  const kinds = [{ resource: 'configmaps', restless: false, same: 4, differences }];
  expect(problemOf(compared({ kinds }))).toMatchObject({
    code: 'RESTORE_DIFFERS',
    message: expect.stringMatching(/^2 objects/),
  });
});
