import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeObservation } from '../../../src/cluster/observation.ts';
import type { RollingWorkers } from '../../../src/config/workers.ts';
import { batchesOf, batchSize, selectsNode } from '../../../src/plan/batches.ts';
import { scheduling, worker } from './sample.ts';

const rolling = (over: Partial<RollingWorkers> = {}): RollingWorkers => ({
  strategy: 'rolling',
  maxUnavailable: 1,
  order: [],
  perHop: true,
  parallel: 10,
  ...over,
});

function nodes(count: number, over: Partial<NodeObservation> = {}): readonly NodeObservation[] {
  return Array.from({ length: count }, (_, index) =>
    worker(`w${String(index).padStart(3, '0')}`, 'v1.35.4', over),
  );
}

const labelled = (name: string, labels: Record<string, string>, over: Partial<NodeObservation> = {}) =>
  worker(name, 'v1.35.4', { scheduling: scheduling(labels), ...over });

describe('how many workers may be away together', () => {
  test.each<[number | string, number, number]>([
    [1, 10, 1],
    [3, 10, 3],
    ['25%', 10, 2],
    ['25%', 3, 1],
    ['10%', 9, 1],
    ['33%', 100, 33],
    ['100%', 7, 7],
    ['1%', 1000, 10],
  ])('%s of %i: %i', (maxUnavailable, count, expected) => {
    expect(batchSize(nodes(count), rolling({ maxUnavailable }))).toBe(expected);
  });

  test('those that somebody else keeps cordoned are away already, own ones are not counted', () => {
    const all = [...nodes(7), labelled('x', {}, { unschedulable: true })];
    expect(batchSize(all, rolling({ maxUnavailable: 3 }))).toBe(2);
    expect(batchSize(all, rolling({ maxUnavailable: 1 }))).toBe(1);
    const own = [...nodes(7), labelled('x', {}, { unschedulable: true, cordonedBy: 'run-1' })];
    expect(batchSize(own, rolling({ maxUnavailable: 3 }))).toBe(3);
  });
});

describe('labels as kubectl -l takes them', () => {
  const labels = { pool: 'web', zone: 'a', spot: '' };
  test.each<[string, boolean]>([
    ['pool=web', true],
    ['pool==web', true],
    ['pool=db', false],
    ['pool!=db', true],
    ['pool!=web', false],
    ['gpu!=yes', true],
    ['spot', true],
    ['!spot', false],
    ['!gpu', true],
    ['gpu', false],
    ['pool=web,zone=a', true],
    ['pool=web,zone=b', false],
    ['pool=web,!gpu', true],
    ['spot=', true],
    ['*', true],
  ])('%s: %s', (selector, expected) => {
    expect(selectsNode(selector, labels)).toBe(expected);
  });
});

function namesOf(batches: ReturnType<typeof batchesOf>): readonly string[] {
  return batches.map(
    (batch) => `${batch.canary ? 'canary ' : ''}${batch.nodes.map(({ name }) => name).join('+')}`,
  );
}

test('canaries first, then by labels, then by name; what a run left half done before all', () => {
  const all = [
    labelled('a', { pool: 'db' }),
    labelled('b', { pool: 'web' }),
    labelled('c', {}),
    labelled('d', { pool: 'batch' }),
    labelled('e', { pool: 'batch', canary: 'true' }),
    labelled('f', { pool: 'db' }, { unschedulable: true, cordonedBy: 'run-1' }),
  ];
  const workers = rolling({
    maxUnavailable: 2,
    order: ['pool=batch', '*', 'pool=db'],
    canary: { selector: 'canary', soakSeconds: 60 },
  });
  expect(namesOf(batchesOf(all, all, workers))).toEqual(['canary e', 'f+d', 'b+c', 'a']);
});

test('all at once is one batch, and nothing due is none', () => {
  const all = nodes(3);
  expect(namesOf(batchesOf(all, all, { strategy: 'all-at-once', perHop: true, parallel: 4 }))).toEqual([
    'w000+w001+w002',
  ]);
  expect(batchesOf([], all, rolling())).toEqual([]);
});

test('whatever is due, every worker comes once, and no batch is larger than allowed', () => {
  const share = fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 40 }), share, (count, due, maxUnavailable) => {
      const all = nodes(count);
      const workers = rolling({ maxUnavailable });
      const batches = batchesOf(all.slice(0, due), all, workers);
      const size = batchSize(all, workers);
      expect(batches.flatMap((batch) => batch.nodes)).toEqual(all.slice(0, due));
      for (const batch of batches) expect(batch.nodes.length).toBeLessThanOrEqual(size);
    }),
  );
});
