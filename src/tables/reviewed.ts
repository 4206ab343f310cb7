import type { VersionText } from '../cluster/observation.ts';
import { isAtLeastMinor, minorOf } from '../cluster/version.ts';

/**
 * What the tables were made from and when. What a later minor removes nobody can know before it is out, so that beyond the last one
 * the answer is unknown; what flags an earlier one has is not tabled.
 */
export const REVIEWED = {
  on: '2026-11-21',
  releases: ['1.35.4', '1.36.3', '1.37.1'],
  minors: ['1.35', '1.36', '1.37'],
  newest: '1.37',
} as const;

/** Whether it is known what APIs a version has removed. */
export function apisReviewed(version: VersionText): boolean {
  return !isAtLeastMinor(version, REVIEWED.newest) || minorOf(version) === REVIEWED.newest;
}

/** Whether it is known which flags, gates and plug-ins a version has. */
export function settingsReviewed(version: VersionText): boolean {
  return REVIEWED.minors.some((minor) => minor === minorOf(version));
}
