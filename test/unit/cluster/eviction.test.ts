import { expect, test } from 'vitest';
import { readEvictionRefusal } from '../../../src/cluster/eviction.ts';
import { type KubeStatusDetails, KubeStatusError } from '../../../src/ports/kube.ts';

const read = (status: number, message: string, details?: KubeStatusDetails) =>
  readEvictionRefusal(new KubeStatusError(status, '', message, details));

const cause = (reason: string, message: string) => ({ causes: [{ reason, message }] });

test('a budget, in the words of its cause', () => {
  const message = 'The disruption budget web needs 2 healthy pods and has 2 currently';
  expect(read(429, 'Cannot evict pod', cause('DisruptionBudget', message))).toEqual({
    kind: 'budget',
    reason: message,
  });
});

test('a server that has too much to do is no budget', () => {
  expect(read(429, 'Too many requests, please try again later.').kind).toBe('busy');
});

test('two budgets', () => {
  expect(
    read(
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    ).kind,
  ).toBe('overlap');
});

test('a webhook that denies, by its name, whatever status it chose', () => {
  const message = 'admission webhook "guard.example.com" denied the request: not during the sale';
  for (const status of [400, 403, 429, 500]) {
    expect(read(status, message)).toEqual({
      kind: 'denied',
      by: 'guard.example.com',
      reason: 'not during the sale',
    });
  }
});

test('a ValidatingAdmissionPolicy that denies', () => {
  const message =
    "pods \"x\" is forbidden: ValidatingAdmissionPolicy 'no-evictions' with binding 'all' denied request: expression false";
  expect(read(422, message)).toEqual({ kind: 'denied', by: 'no-evictions', reason: 'expression false' });
});

test('a webhook that does not answer, and one that cannot be asked without effect', () => {
  const down =
    'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: no endpoints';
  expect(read(500, down)).toMatchObject({ kind: 'webhook-down', by: 'w.example.com' });
  expect(read(400, 'admission webhook "w.example.com" does not support dry run')).toMatchObject({
    kind: 'no-dry-run',
    by: 'w.example.com',
  });
});

test('a namespace that is being deleted, and a right that is missing', () => {
  expect(
    read(403, 'forbidden', cause('NamespaceTerminating', 'namespace shop is being terminated')).kind,
  ).toBe('leaving-namespace');
  expect(
    read(
      403,
      'pods "x" is forbidden: User "ci" cannot create resource "pods/eviction" in API group "" in the namespace "a"',
    ).kind,
  ).toBe('forbidden');
});

test('anything else keeps its status', () => {
  expect(read(418, 'short and stout')).toEqual({ kind: 'other', reason: '418: short and stout' });
});
