import type { Result } from './model.ts';
import { formatTime } from './units.ts';

/** What became of the lock, a sentence a place. */
export function unlockLines({
  freed,
  outcome,
}: Extract<Result, { readonly command: 'unlock' }>): readonly string[] {
  if (outcome.state === 'nothing-to-do') return ['Nobody holds the lock.'];
  return freed.map(
    ({ object, holder, since, renewedAt }) =>
      `${object} is free: taken from run ${holder}, which held it since ${formatTime(since)} and renewed it last ${formatTime(renewedAt)}.`,
  );
}
