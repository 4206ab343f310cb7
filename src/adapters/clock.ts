import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (thrown) {
      // node:timers rejects with an AbortError of its own; callers are promised the signal's reason.
      signal?.throwIfAborted();
      throw thrown;
    }
  },
};
