import { systemClock } from '../../../src/adapters/clock.ts';
import type { Clock } from '../../../src/ports/clock.ts';

const LONGEST_SLEEP = 100;

/** Real time, with short sleeps: who looks again every second or two looks more often, and time-outs stay what they are. */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, LONGEST_SLEEP), signal),
};
