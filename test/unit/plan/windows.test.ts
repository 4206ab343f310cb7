import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freezeStart, type MaintenanceWindow, toFreeze } from '../../../src/config/windows.ts';
import { windowAt } from '../../../src/plan/windows.ts';

const at = (text: string): Date => new Date(text);
const window = (cron: string, hours: number, timezone = 'UTC'): MaintenanceWindow => ({
  cron,
  timezone,
  durationSeconds: hours * 3600,
});
const SATURDAYS = { windows: [window('0 1 * * 6', 5, 'Asia/Seoul')], freeze: [] };

describe('whether work may be done', () => {
  test('a file without windows allows it at all times', () => {
    expect(windowAt(at('2026-11-27T09:00:00Z'), { windows: [], freeze: [] })).toEqual({ state: 'open' });
  });

  test('a window is open from its opening up to its end', () => {
    expect(windowAt(at('2026-11-27T15:59:59Z'), SATURDAYS)).toEqual({
      state: 'closed',
      opensAt: at('2026-11-27T16:00:00Z'),
    });
    for (const inside of ['2026-11-27T16:00:00Z', '2026-11-27T16:00:00.001Z', '2026-11-27T20:59:59.999Z']) {
      expect(windowAt(at(inside), SATURDAYS)).toEqual({
        state: 'open',
        closesAt: at('2026-11-27T21:00:00Z'),
      });
    }
    expect(windowAt(at('2026-11-27T21:00:00Z'), SATURDAYS)).toEqual({
      state: 'closed',
      opensAt: at('2026-12-04T16:00:00Z'),
    });
  });

  test('windows that touch or overlap are one', () => {
    const windows = [window('0 22 * * *', 3), window('0 1 * * *', 2), window('30 1 * * 0', 4)];
    expect(windowAt(at('2026-11-28T23:00:00Z'), { windows, freeze: [] })).toEqual({
      state: 'open',
      closesAt: at('2026-11-29T05:30:00Z'),
    });
  });

  test('a window that never closes is none to wait for', () => {
    expect(windowAt(at('2026-11-28T23:00:00Z'), { windows: [window('0 0 * * *', 24)], freeze: [] })).toEqual({
      state: 'open',
    });
  });

  test('a freeze closes it, and says why', () => {
    const freeze = [
      toFreeze({ from: '2026-11-28', to: '2026-12-05', timezone: 'Asia/Seoul', reason: 'Sale' }),
    ];
    const config = { ...SATURDAYS, freeze };
    // 2026-11-28 begins in Seoul an hour before the window does.
    expect(windowAt(at('2026-11-27T15:00:00Z'), config)).toEqual({
      state: 'closed',
      frozen: 'Sale',
      opensAt: at('2026-12-11T16:00:00Z'),
    });
    expect(windowAt(at('2026-11-27T14:00:00Z'), config)).toEqual({
      state: 'closed',
      opensAt: at('2026-12-11T16:00:00Z'),
    });
  });

  test('a freeze cuts a window short, and what is left of one after it counts', () => {
    const windows = [window('0 0 * * *', 10)];
    const freeze = [
      toFreeze({ from: '2026-11-27T04:00', to: '2026-11-27T06:30', timezone: 'UTC', reason: 'Audit' }),
    ];
    expect(windowAt(at('2026-11-27T01:00:00Z'), { windows, freeze })).toEqual({
      state: 'open',
      closesAt: at('2026-11-27T04:00:00Z'),
    });
    expect(windowAt(at('2026-11-27T05:00:00Z'), { windows, freeze })).toEqual({
      state: 'closed',
      frozen: 'Audit',
      opensAt: at('2026-11-27T06:30:00Z'),
    });
  });

  test('a freeze alone leaves all other times', () => {
    const freeze = [toFreeze({ from: '2026-12-20', to: '2027-01-03', timezone: 'UTC', reason: 'Christmas' })];
    expect(windowAt(at('2026-12-01T00:00:00Z'), { windows: [], freeze })).toEqual({
      state: 'open',
      closesAt: at('2026-12-20T00:00:00Z'),
    });
    expect(windowAt(at('2026-12-24T00:00:00Z'), { windows: [], freeze })).toEqual({
      state: 'closed',
      frozen: 'Christmas',
      opensAt: at('2027-01-04T00:00:00Z'),
    });
  });

  test('a freeze of years leaves nothing to wait for', () => {
    const freeze = [toFreeze({ from: '2026-01-01', to: '2029-12-31', timezone: 'UTC', reason: 'Sold' })];
    expect(windowAt(at('2026-12-24T00:00:00Z'), { ...SATURDAYS, freeze })).toEqual({
      state: 'closed',
      frozen: 'Sold',
    });
  });
});

describe('when clocks change', () => {
  const nightly = { windows: [window('30 2 * * *', 2, 'Europe/Berlin')], freeze: [] };

  test('an opening that clocks skip comes right after', () => {
    // 2027-03-28: 02:00 is followed by 03:00 CEST, which is 01:00 UTC.
    expect(windowAt(at('2027-03-28T00:30:00Z'), nightly)).toEqual({
      state: 'closed',
      opensAt: at('2027-03-28T01:00:00Z'),
    });
    expect(windowAt(at('2027-03-28T01:00:00Z'), nightly)).toEqual({
      state: 'open',
      closesAt: at('2027-03-28T03:00:00Z'),
    });
  });

  test('an opening that clocks show twice is one, and is as long as ever', () => {
    // 2027-10-31: 02:30 CEST is 00:30 UTC, 02:30 CET is 01:30 UTC.
    expect(windowAt(at('2027-10-31T00:30:00Z'), nightly)).toEqual({
      state: 'open',
      closesAt: at('2027-10-31T02:30:00Z'),
    });
    expect(windowAt(at('2027-10-31T02:30:00Z'), nightly)).toEqual({
      state: 'closed',
      opensAt: at('2027-11-01T01:30:00Z'),
    });
  });

  test('a freeze begins with the day of its own time zone', () => {
    expect(freezeStart({ from: '2027-03-28', timezone: 'Europe/Berlin' })).toEqual(
      at('2027-03-27T23:00:00Z'),
    );
    expect(freezeStart({ from: '2027-03-28T02:30', timezone: 'Europe/Berlin' })).toEqual(
      at('2027-03-28T01:30:00Z'),
    );
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Seoul',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];
const anyWindow: fc.Arbitrary<MaintenanceWindow> = fc.record({
  cron: fc
    .tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom('*', '1', '6', '1-5'),
    )
    .map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`),
  timezone: fc.constantFrom(...ZONES),
  durationSeconds: fc.integer({ min: 60, max: 40 * 3600 }),
});
const anyMoment = fc.date({
  min: at('2026-01-01T00:00:00Z'),
  max: at('2029-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const anyFreeze = fc
  .record({ start: anyMoment, hours: fc.integer({ min: 1, max: 900 }) })
  .map(({ start, hours }) => ({
    from: start.toISOString(),
    until: new Date(start.getTime() + hours * 3_600_000).toISOString(),
    reason: 'Because',
  }));
const anyConfig = fc.record({
  windows: fc.array(anyWindow, { maxLength: 3 }),
  freeze: fc.array(anyFreeze, { maxLength: 3 }),
});

describe('whatever the windows are', () => {
  test('it closes at the moment that it names, and not before', () => {
    fc.assert(
      fc.property(anyConfig, anyMoment, fc.double({ min: 0, max: 1, noNaN: true }), (config, now, part) => {
        const state = windowAt(now, config);
        const edge = state.state === 'open' ? state.closesAt : state.opensAt;
        if (edge === undefined) return;
        expect(edge.getTime()).toBeGreaterThan(now.getTime());
        const between = new Date(now.getTime() + Math.floor((edge.getTime() - 1 - now.getTime()) * part));
        expect(windowAt(between, config).state).toBe(state.state);
        expect(windowAt(edge, config).state).not.toBe(state.state);
      }),
      { numRuns: 300 },
    );
  });

  test('nothing is open within a freeze', () => {
    fc.assert(
      fc.property(
        anyConfig,
        anyFreeze,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (config, freeze, part) => {
          const [from, until] = [Date.parse(freeze.from), Date.parse(freeze.until)];
          const inside = new Date(from + (until - from) * part);
          expect(windowAt(inside, { ...config, freeze: [...config.freeze, freeze] }).state).toBe('closed');
        },
      ),
    );
  });

  test('a window is as long as it says wherever it opens alone', () => {
    fc.assert(
      fc.property(anyWindow, anyMoment, (each, now) => {
        const config = {
          windows: [{ ...each, durationSeconds: Math.min(each.durationSeconds, 20 * 3600) }],
          freeze: [],
        };
        const state = windowAt(now, config);
        if (state.state === 'open' || state.opensAt === undefined) return;
        const open = windowAt(state.opensAt, config);
        expect(open).toEqual({
          state: 'open',
          closesAt: new Date(state.opensAt.getTime() + (config.windows[0]?.durationSeconds ?? 0) * 1000),
        });
      }),
      { numRuns: 300 },
    );
  });
});
