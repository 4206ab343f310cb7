import { parse, type SemVer } from 'semver';
import { KubestairError, type Location } from '../errors.ts';
import type { VersionText } from './observation.ts';

/** A kind of cluster that brings its own way to upgrade, told by the suffix of its versions. */
export interface Vendor {
  readonly name: string;
  /** How it is upgraded, to follow "upgrade it with". */
  readonly way: string;
}

const VENDORS: readonly (Vendor & { readonly suffix: RegExp })[] = [
  { suffix: /\+k3s\d/, name: 'k3s', way: "a Plan of Rancher's system-upgrade-controller" },
  { suffix: /\+rke2r\d/, name: 'RKE2', way: "a Plan of Rancher's system-upgrade-controller" },
  { suffix: /\+k0s/, name: 'k0s', way: 'a Plan of k0s autopilot' },
  { suffix: /-eks-/, name: 'Amazon EKS', way: '`aws eks update-cluster-version`' },
  { suffix: /-gke\./, name: 'Google GKE', way: '`gcloud container clusters upgrade`' },
  { suffix: /\+[0-9a-f]{7}$/, name: 'OpenShift', way: '`oc adm upgrade`' },
  { suffix: /\+/, name: 'a vendor', way: "the vendor's own tool" },
];

/** A minor, as `1.36`. */
export type MinorText = `${number}.${number}`;

/** More than the version skew policy allows anywhere, so that no rule ever spans two majors. */
const MINORS_IN_A_MAJOR = 1000;

const parsed = new Map<string, SemVer>();

/**
 * Reads a version written by a person or by the cluster, with or without its leading `v`.
 * @throws KubestairError VERSION_INVALID; CLUSTER_UNSUPPORTED for a version of a vendor, named with its own way to upgrade.
 */
export function readVersion(
  text: string,
  at: { readonly object?: string; readonly location?: Location } = {},
): VersionText {
  const version = parse(text);
  if (version === null) {
    throw new KubestairError('VERSION_INVALID', `"${text}" is not a version of Kubernetes`, {
      ...at,
      next: 'Write it with its patch, for example v1.36.3.',
    });
  }
  const vendor = vendorOf(text);
  if (vendor !== undefined) {
    throw new KubestairError(
      'CLUSTER_UNSUPPORTED',
      `${text} is a version of ${vendor.name}, which Kubestair does not upgrade`,
      {
        ...at,
        next: `Upgrade it with ${vendor.way}.`,
      },
    );
  }
  return format(version);
}

/** The version that an image tag or a package names, if it is one of Kubernetes itself. */
export function versionOfTag(tag: string): VersionText | undefined {
  const version = parse(tag);
  if (version === null || vendorOf(tag) !== undefined) return undefined;
  return format(version);
}

/** Who built a version, if it was not the Kubernetes project. */
export function vendorOf(text: string): Vendor | undefined {
  const vendor = VENDORS.find(({ suffix }) => suffix.test(text));
  return vendor === undefined ? undefined : { name: vendor.name, way: vendor.way };
}

/** Negative if `a` is older than `b`, 0 if they are the same, positive if it is newer; a pre-release is older than its release. */
export function compareVersions(a: VersionText, b: VersionText): number {
  return semverOf(a).compare(semverOf(b));
}

/** How many minors `to` is above `from`; negative if it is below. Patches do not count, as in the version skew policy. */
export function minorsBetween(from: VersionText, to: VersionText): number {
  const [older, newer] = [semverOf(from), semverOf(to)];
  return (newer.major - older.major) * MINORS_IN_A_MAJOR + newer.minor - older.minor;
}

/** `1.36` of `v1.36.3`. */
export function minorOf(version: VersionText): MinorText {
  const { major, minor } = semverOf(version);
  return `${major}.${minor}`;
}

/** Whether a version is at or above a minor such as `1.35`. */
export function isAtLeastMinor(version: VersionText, minor: string): boolean {
  return minorsBetween(`v${minor}.0`, version) >= 0;
}

export function isPrerelease(version: VersionText): boolean {
  return semverOf(version).prerelease.length > 0;
}

/** @returns undefined for an empty list. */
export function oldestOf(versions: readonly VersionText[]): VersionText | undefined {
  return versions.toSorted(compareVersions)[0];
}

/** @returns undefined for an empty list. */
export function newestOf(versions: readonly VersionText[]): VersionText | undefined {
  return versions.toSorted(compareVersions).at(-1);
}

/** The minors between two versions that a step from one to the other would leave out, for example `['1.36']`. */
export function minorsSkipped(from: VersionText, to: VersionText): readonly MinorText[] {
  const { major, minor } = semverOf(from);
  const left = Math.min(minorsBetween(from, to) - 1, MINORS_IN_A_MAJOR);
  return Array.from({ length: Math.max(left, 0) }, (_, index): MinorText => `${major}.${minor + index + 1}`);
}

function format(version: SemVer): VersionText {
  return `v${version.version}`;
}

function semverOf(text: VersionText): SemVer {
  const seen = parsed.get(text);
  if (seen !== undefined) return seen;
  const version = parse(text);
  if (version === null)
    throw new KubestairError('VERSION_INVALID', `"${text}" is not a version of Kubernetes`);
  parsed.set(text, version);
  return version;
}
