import { beforeEach, describe, expect, test } from 'vitest';
import type { MaintenanceConfig } from '../../../src/config/windows.ts';
import { carryOutAll } from '../../../src/rollout/engine.ts';
import { openJournal } from '../../../src/rollout/journal.ts';
import type { Doable } from '../../../src/rollout/timeline.ts';
import { awaitWindow } from '../../../src/rollout/window.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { type RecordedLog, recordedLog } from '../backup/support/quiet.ts';
import { type FakeClock, fakeClock } from './clock.ts';

// The clock begins at 09:00 on a Saturday.
const daily: MaintenanceConfig = {
  windows: [{ cron: '0 8 * * *', timezone: 'UTC', durationSeconds: 2 * 3600 }],
  freeze: [],
};

let clock: FakeClock;
let log: RecordedLog;

beforeEach(() => {
  clock = fakeClock();
  log = recordedLog();
});

const deps = (wait: boolean, config = daily, signal = new AbortController().signal) => ({
  config,
  clock,
  log,
  signal,
  wait,
});

describe('work begins', () => {
  test('at once where it fits, and where there are no windows', async () => {
    await awaitWindow(3600, deps(false));
    await awaitWindow(1e6, deps(false, { windows: [], freeze: [] }));
    expect(log.lines).toEqual([]);
  });

  test.each([
    [3601, 'the maintenance window ends at 2026-11-21 10:00:00 UTC, and what comes next takes about 1h 00m'],
    [7000, 'the maintenance window ends at 2026-11-21 10:00:00 UTC'],
  ])('not with %i seconds ahead and 3600 left', async (seconds, why) => {
    await expect(awaitWindow(seconds, deps(false))).rejects.toMatchObject({
      code: 'WINDOW_ENDED',
      message: expect.stringContaining(why),
      next: expect.stringContaining('in the next window at 2026-11-22 08:00:00 UTC'),
    });
  });

  test('not after the end of a window, or within a freeze', async () => {
    await clock.sleep(2 * 3600_000);
    await expect(awaitWindow(1, deps(false))).rejects.toMatchObject({
      message: 'stopped between nodes: the maintenance window has ended',
    });
    const freeze = [{ from: '2026-11-21T00:00:00Z', until: '2026-11-25T00:00:00Z', reason: 'the fair' }];
    await expect(awaitWindow(1, deps(false, { ...daily, freeze }))).rejects.toMatchObject({
      message: expect.stringContaining('a freeze is on (the fair)'),
      next: expect.stringContaining('2026-11-25 08:00:00 UTC'),
    });
  });

  test('in the next window, where somebody wants to wait, and is told once', async () => {
    await awaitWindow(5000, deps(true));
    expect(clock.now().toISOString()).toBe('2026-11-22T08:00:00.000Z');
    expect(log.lines).toHaveLength(2);
    expect(log.lines[0]).toContain('waiting for the window that opens at 2026-11-22 08:00:00 UTC');
  });

  test('by the clock on the wall, which may be set while somebody waits', async () => {
    clock.at(3600_000, () => clock.jump(21 * 3600_000));
    await awaitWindow(5000, deps(true));
    expect(clock.monotonic() - Date.parse('2026-11-21T09:00:00Z')).toBeLessThan(2 * 3600_000 + 60_000);
  });

  test('never where no window is in sight', async () => {
    const never = {
      windows: [],
      freeze: [{ from: '2026-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z', reason: 'sold' }],
    };
    await expect(awaitWindow(1, deps(true, never))).rejects.toMatchObject({ code: 'WINDOW_ENDED' });
  });

  test('not after somebody stopped the waiting', async () => {
    const stop = new AbortController();
    clock.at(600_000, () => stop.abort(new Error('cancelled')));
    await expect(awaitWindow(5000, deps(true, daily, stop.signal))).rejects.toThrow('cancelled');
  });
});

describe('a rollout', () => {
  const steps: readonly Doable[] = ['a', 'b', 'c'].flatMap((node) =>
    ['one', 'two'].map((part) => ({ id: `${node}/${part}`, node, batch: node, does: part })),
  );

  function rollOut(wait: boolean) {
    const done: string[] = [];
    const journal = openJournal({ store: memoryStore(), cluster: 'prod', runId: 'r', clock, log });
    const result = carryOutAll(steps, {
      runner: {
        isDone: async () => false,
        run: async ({ id }) => {
          // Twice as long as was thought.
          await clock.sleep(1200_000);
          done.push(id);
        },
      },
      journal,
      clock,
      log,
      signal: new AbortController().signal,
      mayBegin: (unit) => awaitWindow(unit.length * 600, deps(wait)),
    });
    return result.then((end) => ({ ...end, done }));
  }

  test('stops between nodes, never within one, and is interrupted', async () => {
    const { records, stoppedBy, done } = await rollOut(false);
    expect(done).toEqual(['a/one', 'a/two', 'b/one', 'b/two'].slice(0, 4));
    expect(stoppedBy).toMatchObject({ code: 'WINDOW_ENDED' });
    expect(records.map(({ state }) => state)).toEqual([
      ...Array.from({ length: 4 }, () => 'done'),
      'not-started',
      'not-started',
    ]);
    // The second node was begun in time and ended after the window.
    expect(clock.now().toISOString()).toBe('2026-11-21T10:20:00.000Z');
  });

  test('that waits goes on in the next window', async () => {
    const { stoppedBy, done } = await rollOut(true);
    expect(stoppedBy).toBeUndefined();
    expect(done).toHaveLength(6);
    expect(clock.now().toISOString()).toBe('2026-11-22T08:40:00.000Z');
  });
});
