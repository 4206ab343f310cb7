import { describe, expect, test } from 'vitest';
import { isChosen, lastingTaints, repellingTaint } from '../../../src/cluster/node-fit.ts';
import type { NodeTerm, Toleration } from '../../../src/cluster/scheduling.ts';
import { scheduling, worker } from '../plan/sample.ts';

const TAINT = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };

test.each<[string, Toleration, boolean]>([
  ['the same', { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }, true],
  ['Equal by default', { key: 'dedicated', value: 'gpu' }, true],
  ['another value', { key: 'dedicated', value: 'db' }, false],
  ['any value', { key: 'dedicated', operator: 'Exists' }, true],
  ['everything', { operator: 'Exists' }, true],
  ['everything of another effect', { operator: 'Exists', effect: 'NoExecute' }, false],
  ['another key', { key: 'other', operator: 'Exists' }, false],
])('a toleration of %s', (_, toleration, tolerated) => {
  expect(repellingTaint([toleration], [TAINT]) === undefined).toBe(tolerated);
});

describe('the taints that last while others are drained', () => {
  const tainted = (over: object) =>
    worker('w1', 'v1.35.4', {
      scheduling: scheduling(
        {},
        {
          taints: [
            { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' },
            { key: 'soft', value: '', effect: 'PreferNoSchedule' },
            TAINT,
          ],
        },
      ),
      ...over,
    });

  test('a foreign cordon is one of them', () => {
    expect(lastingTaints(tainted({ unschedulable: true })).map(({ key }) => key)).toEqual([
      'dedicated',
      'node.kubernetes.io/unschedulable',
    ]);
  });

  test("Kubestair's own is not", () => {
    expect(lastingTaints(tainted({ unschedulable: true, cordonedBy: 'run-1' }))).toEqual([TAINT]);
  });
});

describe('node selectors and affinity', () => {
  const node = worker('w1', 'v1.35.4', { scheduling: scheduling({ zone: 'a', size: '8' }) });
  const chosen = (nodeTerms: readonly Partial<NodeTerm>[], nodeSelector = {}) =>
    isChosen(
      {
        nodeSelector,
        nodeTerms: nodeTerms.map((term) => ({ matchExpressions: [], matchFields: [], ...term })),
      },
      node,
    );
  const on = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
  });

  test.each<[boolean, readonly Partial<NodeTerm>[]]>([
    [true, [on('zone', 'In', 'a', 'b')]],
    [false, [on('zone', 'NotIn', 'a')]],
    [true, [on('zone', 'In', 'b'), on('size', 'Gt', '4')]],
    [false, [on('size', 'Lt', '8')]],
    [true, [on('gpu', 'DoesNotExist')]],
    [false, [on('gpu', 'Exists')]],
    [false, [{}]],
    [true, [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['w1'] }] }]],
    [
      false,
      [{ ...on('zone', 'In', 'a'), matchFields: [{ key: 'metadata.name', operator: 'In', values: ['w2'] }] }],
    ],
  ])('%s for %j', (expected, terms) => {
    expect(chosen(terms)).toBe(expected);
  });

  test('a selector and an affinity both have to match', () => {
    expect(chosen([on('zone', 'In', 'a')], { size: '8' })).toBe(true);
    expect(chosen([on('zone', 'In', 'a')], { size: '9' })).toBe(false);
  });
});
