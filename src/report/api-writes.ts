import type { WriteAvailability } from '../rollout/write-probe.ts';
import { count, formatSeconds } from './units.ts';

/** `all of 512 succeeded, 2 at the second try; at most 1.2 s between two`. */
export function apiWritesText({
  ok,
  retried,
  failed,
  longestGapSeconds,
  seconds,
}: WriteAvailability): string {
  const all = ok + failed;
  const result =
    failed === 0 ? `all of ${count(all, 'write')} succeeded` : `${failed} of ${count(all, 'write')} failed`;
  const second = retried === 0 ? '' : `, ${retried} at the second try`;
  return `${result}${second}; at most ${longestGapSeconds} s between two, in ${formatSeconds(seconds)}`;
}
