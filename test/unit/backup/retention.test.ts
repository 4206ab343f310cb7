import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Candidate, judge } from '../../../src/backup/retention.ts';
import type { Keep } from '../../../src/config/schema.ts';

function candidate(at: string, over: Partial<Candidate> = {}): Candidate {
  return { id: at, at, clusterUid: 'a', sound: true, proven: [], ...over };
}

const kept = (candidates: readonly Candidate[], keep: Keep | undefined): readonly string[] =>
  judge(candidates, keep).flatMap(({ id, reasons }) => (reasons.length > 0 ? [id] : []));

const reasonsOf = (
  candidates: readonly Candidate[],
  keep: Keep,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(judge(candidates, keep).map(({ id, reasons }) => [id, reasons]));

describe('the rule of retention', () => {
  const nights = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-20', '2026-11-21'].map((day) =>
    candidate(`${day}T02:00:00.000Z`),
  );
  const noon = candidate('2026-11-20T12:00:00.000Z');

  test('keeps the newest of each day that has one, and days without one do not count', () => {
    const days = kept([...nights, noon], { daily: 3 });
    expect(days).toEqual(['2026-11-21T02:00:00.000Z', noon.id, '2026-11-18T02:00:00.000Z']);
  });

  test('keeps the last ones whatever day they are of', () => {
    expect(kept([...nights, noon], { last: 2 })).toEqual(['2026-11-21T02:00:00.000Z', noon.id]);
  });

  test('keeps the oldest as long as a rule has fewer than it may', () => {
    const why = reasonsOf([...nights], { monthly: 12 });
    expect(why['2026-11-16T02:00:00.000Z']).toEqual(['oldest, monthly']);
    expect(why['2026-11-21T02:00:00.000Z']).toEqual(['monthly 2026-11', 'newest complete']);
    expect(Object.values(why).filter((reasons) => reasons.length > 0)).toHaveLength(2);
  });

  test('says every reason', () => {
    const why = reasonsOf(nights, { last: 1, daily: 1, weekly: 1, yearly: 1 });
    expect(why['2026-11-21T02:00:00.000Z']).toEqual([
      'last',
      'daily 2026-11-21',
      'weekly 2026-W47',
      'yearly 2026',
      'newest complete',
    ]);
  });

  test.each([
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2024-12-30', '2025-W01'],
  ])('puts %s into the ISO week %s', (day, week) => {
    const at = `${day}T23:59:59.000Z`;
    expect(reasonsOf([candidate(at)], { weekly: 1 })[at]).toContain(`weekly ${week}`);
  });

  test('keeps everything where there is none', () => {
    expect(kept(nights, undefined)).toHaveLength(nights.length);
  });

  test('keeps what an unfinished upgrade relies on, and says which', () => {
    const old = candidate('2025-01-01T00:00:00.000Z', { heldBy: 'upgrade r1 is not finished' });
    expect(reasonsOf([...nights, old], { last: 1 })[old.id]).toEqual(['upgrade r1 is not finished']);
  });

  test('lets no partial backup take the place of a complete one', () => {
    const partial = ['2026-11-22', '2026-11-23'].map((day) =>
      candidate(`${day}T02:00:00.000Z`, { sound: false }),
    );
    const all = kept([...nights, ...partial], { daily: 1 });
    expect(all).toEqual(['2026-11-23T02:00:00.000Z', '2026-11-21T02:00:00.000Z']);
    expect(reasonsOf(partial, { daily: 1 })['2026-11-23T02:00:00.000Z']).toEqual([
      'unsound: daily 2026-11-23',
    ]);
  });

  test('counts a cluster that was made anew apart from the one before', () => {
    const before = nights.map((one) => ({ ...one, id: `${one.id}-old`, clusterUid: 'before' }));
    expect(kept([...nights, ...before], { last: 1 })).toEqual([
      '2026-11-21T02:00:00.000Z-old',
      '2026-11-21T02:00:00.000Z',
    ]);
  });
});

describe('whatever the rule and the backups', () => {
  const hours = fc.integer({ min: 0, max: 24 * 800 });
  const proven = fc.subarray<Candidate['proven'][number]>(['checksums', 'cross-proof', 'drill', 'rehearsal']);
  const candidates = fc
    .uniqueArray(
      fc.record({
        hours,
        sound: fc.boolean(),
        proven,
        clusterUid: fc.constantFrom('a', 'b'),
        held: fc.boolean(),
      }),
      { selector: (one) => one.hours, maxLength: 60 },
    )
    .map((all) =>
      all.map(({ hours: at, sound, proven: kinds, clusterUid, held }) =>
        candidate(new Date(Date.UTC(2025, 0, 1) + at * 3_600_000).toISOString(), {
          sound,
          proven: kinds,
          clusterUid,
          ...(held && { heldBy: 'upgrade' }),
        }),
      ),
    );
  const number = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined });
  const keep = fc
    .record({ last: number, daily: number, weekly: number, monthly: number, yearly: number })
    .map((rules) => Object.fromEntries(Object.entries(rules).filter(([, n]) => n !== undefined)) as Keep);

  const newest = (all: readonly Candidate[]): string | undefined =>
    all
      .map(({ id }) => id)
      .toSorted()
      .at(-1);

  it('keeps the newest sound backup of each cluster, and the newest that passed each proof', () => {
    fc.assert(
      fc.property(candidates, keep, (all, rules) => {
        const left = new Set(kept(all, rules));
        for (const uid of ['a', 'b']) {
          const sound = all.filter((one) => one.sound && one.clusterUid === uid);
          for (const kind of [undefined, 'checksums', 'cross-proof', 'drill', 'rehearsal'] as const) {
            const id = newest(sound.filter((one) => kind === undefined || one.proven.includes(kind)));
            if (id !== undefined) expect(left).toContain(id);
          }
        }
      }),
    );
  });

  it('keeps what is held', () => {
    fc.assert(
      fc.property(candidates, keep, (all, rules) => {
        const left = new Set(kept(all, rules));
        for (const { id, heldBy } of all) if (heldBy !== undefined) expect(left).toContain(id);
      }),
    );
  });

  it('deletes nothing more when it is applied again', () => {
    fc.assert(
      fc.property(candidates, keep, (all, rules) => {
        const once = kept(all, rules);
        const left = all.filter(({ id }) => once.includes(id));
        expect(kept(left, rules).toSorted()).toEqual(once.toSorted());
      }),
    );
  });

  it('keeps no less when it is told to keep more', () => {
    fc.assert(
      fc.property(candidates, keep, keep, (all, rules, more) => {
        const sum = Object.fromEntries(
          (['last', 'daily', 'weekly', 'monthly', 'yearly'] as const).flatMap((rule) => {
            const added = (rules[rule] ?? 0) + (more[rule] ?? 0);
            return added === 0 ? [] : [[rule, added]];
          }),
        ) as Keep;
        const left = new Set(kept(all, sum));
        for (const id of kept(all, rules)) expect(left).toContain(id);
      }),
    );
  });

  it('does not depend on the order in which the store lists', () => {
    fc.assert(
      fc.property(candidates, keep, fc.integer(), (all, rules, turn) => {
        const at = all.length === 0 ? 0 : Math.abs(turn) % all.length;
        const turned = [...all.slice(at), ...all.slice(0, at)];
        expect(judge(turned, rules)).toEqual(judge(all, rules));
      }),
    );
  });

  it('keeps as many days as it says, and no more than the rule, the oldest and the protected ones', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 8 }), (all, daily) => {
        const sound = all
          .filter((one) => one.sound && one.clusterUid === 'a')
          .map((one) => ({ ...one, proven: [] }));
        const plain = sound.map(({ heldBy: _heldBy, ...one }) => one);
        const days = new Set(plain.map(({ at }) => at.slice(0, 10)));
        const left = kept(plain, { daily });
        const expected = Math.min(daily, days.size);
        expect(new Set(left.map((id) => id.slice(0, 10))).size).toBeGreaterThanOrEqual(expected);
        expect(left.length).toBeLessThanOrEqual(expected + 1);
      }),
    );
  });
});

test('a year of nightly backups, pruned every night, ends with the last days, weeks and months', () => {
  let left: readonly Candidate[] = [];
  const keep = { daily: 7, weekly: 4, monthly: 12 };
  for (let night = 0; night < 500; night++) {
    const at = new Date(Date.UTC(2025, 5, 1, 2) + night * 86_400_000).toISOString();
    const all = [...left, candidate(at)];
    const ids = kept(all, keep);
    left = all.filter(({ id }) => ids.includes(id));
  }
  expect(left.map(({ at }) => at.slice(0, 10)).toReversed()).toEqual([
    '2026-10-13',
    '2026-10-12',
    '2026-10-11',
    '2026-10-10',
    '2026-10-09',
    '2026-10-08',
    '2026-10-07',
    '2026-10-04',
    '2026-09-30',
    '2026-09-27',
    '2026-08-31',
    '2026-07-31',
    '2026-06-30',
    '2026-05-31',
    '2026-04-30',
    '2026-03-31',
    '2026-02-28',
    '2026-01-31',
    '2025-12-31',
    '2025-11-30',
  ]);
});
