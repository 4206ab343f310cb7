import semver from 'semver';
import { LabError } from './errors.ts';
import { releases } from './parts/releases.ts';

export const defaultVersion = '1.35.4';

/** The version to upgrade to next, if the lab can build it. */
export function nextVersion(version: string): string | undefined {
  const known = releases.map((release) => release.kubernetes);
  return known.find((candidate) => semver.minor(candidate) === semver.minor(version) + 1);
}

/** A Kubernetes version without a leading v, if the lab can build it. */
export function requireVersion(text: string): string {
  const version = text.replace(/^v/, '');
  const known = releases.map((release) => release.kubernetes);
  if (known.includes(version)) return version;
  throw new LabError(`the lab has no Kubernetes ${text}; it has ${known.join(', ')}`);
}
