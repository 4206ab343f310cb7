import { KubestairError, type Location } from '../errors.ts';
import type { VersionText } from './observation.ts';
import {
  compareVersions,
  isPrerelease,
  type MinorText,
  minorOf,
  minorsBetween,
  readVersion,
} from './version.ts';

/** What a cluster file asks for: one release, or the newest patch of a minor, as `1.36`. */
export type WantedVersion = VersionText | MinorText;

const MINOR = /^v?(\d+\.\d+)$/;

/**
 * Reads what a person wrote: `v1.36.3` is that release, `v1.36` the newest patch of the minor. kubeadm takes pre-releases only
 * with its --allow flags, for test clusters: they are no targets.
 * @throws KubestairError VERSION_INVALID, CLUSTER_UNSUPPORTED
 */
export function readWanted(text: string, at: { readonly location?: Location } = {}): WantedVersion {
  const minor = MINOR.exec(text)?.[1];
  if (minor !== undefined) return minor as MinorText;
  const version = readVersion(text, at);
  if (!isPrerelease(version)) return version;
  throw new KubestairError('VERSION_INVALID', `${text} is a pre-release`, {
    ...at,
    next: 'Name a release.',
  });
}

/** Whether the newest patch of a minor is asked for. */
export function isMinor(wanted: WantedVersion): wanted is MinorText {
  return !wanted.startsWith('v');
}

/** `1.36` of `v1.36.3` and of `1.36`. */
export function minorOfWanted(wanted: WantedVersion): MinorText {
  return isMinor(wanted) ? wanted : minorOf(wanted);
}

/** The first release of a minor, to compare with. */
export function firstOf(minor: MinorText): VersionText {
  return `v${minor}.0`;
}

/** Whether one comes before the other for sure; of a minor and one of its own releases neither does. */
export function isBefore(a: WantedVersion, b: WantedVersion): boolean {
  if (!isMinor(a) && !isMinor(b)) return compareVersions(a, b) < 0;
  return minorsBetween(firstOf(minorOfWanted(a)), firstOf(minorOfWanted(b))) > 0;
}
