import type { Clock } from '../ports/clock.ts';

/**
 * For displays that cannot replace a line: says whether a progress line is worth a line of its own, which it is when it
 * differs from the last one of its key and that one is old enough.
 */
export function progressThrottle(clock: Clock, seconds: number): (key: string, message: string) => boolean {
  const last = new Map<string, { readonly message: string; readonly at: number }>();
  return (key, message) => {
    const now = clock.now().getTime();
    const before = last.get(key);
    if (before !== undefined && (before.message === message || now - before.at < seconds * 1000))
      return false;
    last.set(key, { message, at: now });
    return true;
  };
}
