import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/ports/clock.ts';

export interface FakeClock extends Clock {
  /** Calls something once that time has come. */
  at(milliseconds: number, action: () => void): void;
  /** Sets what it shows forward, or back, while time goes on as it did. */
  jump(milliseconds: number): void;
}

/** A clock that only sleeps move on; of several sleepers the one that is due first wakes first. */
export function fakeClock(): FakeClock {
  const began = Date.parse('2026-11-21T09:00:00Z');
  let now = began;
  let offset = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  let moving = false;
  const move = async (): Promise<void> => {
    if (moving) return;
    moving = true;
    while (sleepers.length > 0) {
      // Everything that can go on without time goes on first.
      for (let turns = 0; turns < 5; turns += 1) await turn();
      sleepers.sort((a, b) => a.until - b.until);
      const next = sleepers.shift();
      if (next === undefined) break;
      now = Math.max(now, next.until);
      next.wake();
    }
    moving = false;
  };
  return {
    now: () => new Date(now + offset),
    monotonic: () => now,
    jump(milliseconds) {
      offset += milliseconds;
    },
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper = { until: now + milliseconds, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal.reason);
        });
        void move();
      });
    },
    at(milliseconds, action) {
      sleepers.push({ until: began + milliseconds, wake: action });
      void move();
    },
  };
}
