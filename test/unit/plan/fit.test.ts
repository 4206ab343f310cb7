import { describe, expect, test } from 'vitest';
import { assertWithinWindow } from '../../../src/commands/within-window.ts';
import { buildPlan, planRoute } from '../../../src/plan/build-plan.ts';
import { fitOf } from '../../../src/plan/fit.ts';
import type { Step } from '../../../src/plan/plan.ts';
import { windowText } from '../../../src/report/plan-facts.ts';
import { cluster, config, controlPlane, NOW, plainProvider, step, VERSION_AT, worker } from './sample.ts';

const HOP = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const HOUR = 3600;
/** Each is a unit by itself. */
const steps = (...seconds: readonly number[]): readonly Step[] =>
  seconds.map((each, index) => step('drain', `w${index + 1}`, HOP, each));
const nightly = (hours: number) => ({
  windows: [{ cron: '0 1 * * *', timezone: 'UTC', durationSeconds: hours * HOUR }],
  freeze: [],
});
const frozen = { from: '2026-11-20T00:00:00Z', until: '2026-11-23T00:00:00Z', reason: 'Sale' };

describe('whether a rollout fits the windows', () => {
  test('a file without windows says nothing of it', () => {
    expect(fitOf(steps(60), 1, { windows: [], freeze: [] }, NOW)).toBeUndefined();
  });

  test('it begins with the next window and is through in it', () => {
    expect(fitOf(steps(HOUR, HOUR, HOUR), 1, nightly(3), NOW)).toEqual({
      forecast: {
        state: 'closed',
        opensAt: '2026-11-22T01:00:00.000Z',
        closesAt: '2026-11-22T04:00:00.000Z',
        windows: 1,
        through: '2026-11-22T04:00:00.000Z',
      },
    });
  });

  test('a unit that would run past the end waits for the next window', () => {
    expect(fitOf(steps(HOUR, HOUR, HOUR, 1), 1, nightly(3), NOW)?.forecast).toMatchObject({
      windows: 2,
      through: '2026-11-23T01:00:01.000Z',
    });
  });

  test('a unit that is longer than the windows is told', () => {
    const fit = fitOf(steps(60, 4 * HOUR), 1, nightly(3), NOW);
    expect(fit?.forecast.through).toBeUndefined();
    expect(fit?.tooLong).toMatchObject({ seconds: 4 * HOUR, windowSeconds: 3 * HOUR });
  });

  test('within an open window what is left of it counts', () => {
    const now = new Date('2026-11-22T03:30:00Z');
    expect(fitOf(steps(HOUR), 1, nightly(3), now)?.forecast).toEqual({
      state: 'open',
      opensAt: '2026-11-22T03:30:00.000Z',
      closesAt: '2026-11-22T04:00:00.000Z',
      windows: 2,
      through: '2026-11-23T02:00:00.000Z',
    });
  });

  test('a freeze with no window after it leaves no time', () => {
    const freeze = [{ ...frozen, until: '2029-01-01T00:00:00Z' }];
    expect(fitOf(steps(HOUR), 1, { windows: [], freeze }, NOW)?.forecast).toEqual({
      state: 'closed',
      frozen: 'Sale',
    });
  });
});

describe('a plan of a file with windows', () => {
  const observation = cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')]);
  const planOf = (over: Partial<ReturnType<typeof config>>, now = NOW) => {
    const input = {
      config: config(over),
      versionAt: VERSION_AT,
      observation,
      tool: 't/1',
      provider: plainProvider,
    };
    return buildPlan({ ...input, now }, planRoute({ ...input, now }), []);
  };

  test('is ready outside of them, with one hash, and says when it may be carried out', () => {
    const closed = planOf(nightly(3));
    const open = planOf(nightly(3), new Date('2026-11-22T02:00:00Z'));
    expect(closed.verdict).toBe('ready');
    expect(open.hash).toBe(closed.hash);
    expect(windowText(closed)).toBe(
      'from 2026-11-22 01:00:00 UTC, for 3h 00m; it fits, through by about 2026-11-22 01:02:10 UTC',
    );
    expect(windowText(open)).toBe(
      'now until 2026-11-22 04:00:00 UTC; it fits, through by about 2026-11-22 02:02:10 UTC',
    );
  });

  test('tells the reason of a freeze', () => {
    expect(windowText(planOf({ freeze: [frozen] }))).toBe(
      'frozen now (Sale); from 2026-11-23 00:00:00 UTC; it fits, through by about 2026-11-23 00:02:10 UTC',
    );
  });

  test('is blocked by windows that are too short', () => {
    const plan = planOf({
      windows: [{ cron: '0 1 * * *', timezone: 'UTC', durationSeconds: 30 }],
    });
    expect(plan.verdict).toBe('blocked');
    expect(plan.findings).toContainEqual(
      expect.objectContaining({
        check: 'windows',
        object: 'spec.windows',
        message: expect.stringMatching(/takes about \d+ (?:s|min) without a stop.* is 30 s/),
      }),
    );
    expect(windowText(plan)).toMatch(/the rollout does not fit$/);
  });

  test('is blocked by a freeze without an end', () => {
    const plan = planOf({ freeze: [{ ...frozen, until: '2029-01-01T00:00:00Z' }] });
    expect(plan.verdict).toBe('blocked');
    expect(windowText(plan)).toBe('never: Sale');
  });
});

describe('an upgrade', () => {
  test('begins within a window, or with a reason, and not otherwise', () => {
    const file = config(nightly(3));
    assertWithinWindow(file, new Date('2026-11-22T02:00:00Z'), undefined);
    assertWithinWindow(file, NOW, 'CVE-2026-0001');
    expect(() => assertWithinWindow(file, NOW, undefined)).toThrow(
      expect.objectContaining({
        code: 'OUTSIDE_WINDOW',
        message: 'no maintenance window is open: the next one opens at 2026-11-22 01:00 UTC',
      }),
    );
    expect(() => assertWithinWindow(config({ freeze: [frozen] }), NOW, undefined)).toThrow(
      'a freeze is on (Sale): the next one opens at 2026-11-23 00:00 UTC',
    );
  });
});
