import type { Clock } from '../../../../src/ports/clock.ts';
import type { Log } from '../../../../src/ports/log.ts';

export interface RecordedLog extends Log {
  readonly lines: string[];
}

/** Keeps what was logged, for tests that read it. */
export function recordedLog(): RecordedLog {
  const lines: string[] = [];
  const keep = (message: string): void => void lines.push(message);
  return {
    lines,
    debug: keep,
    info: keep,
    warn: keep,
    mask: () => {},
    group: (_title, work) => work(),
    progress: (_key, message) => {
      if (message !== undefined) keep(message);
    },
  };
}

/** A clock that a sleep moves on, so that no test waits. */
export function jumpingClock(start = '2026-11-21T09:05:07.123Z'): Clock {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    monotonic: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      now += milliseconds;
    },
  };
}
