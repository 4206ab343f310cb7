import { minorsSkipped } from '../cluster/version.ts';
import { firstOf, isBefore, isMinor, minorOfWanted, type WantedVersion } from '../cluster/wanted.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { formatLocation, KubestairError, type Location } from '../errors.ts';
import { canonicalJson } from './canonical.ts';

/** What files alone say about an upgrade. It has no hash: there is nothing in it that a person could approve. */
export interface OfflinePlan {
  readonly format: 'kubestair.dev/offline-plan/v1';
  readonly tool: string;
  readonly cluster: string;
  /** Not known means not approved. */
  readonly verdict: 'unknown';
  /** What the file asked for before; absent where that is not known. */
  readonly from?: WantedVersion;
  readonly to: WantedVersion;
  /** Versions that are passed, the target last: a release, or the newest patch of a minor. Empty where the version stays. */
  readonly path: readonly WantedVersion[];
  /** Other settings of the file that change, as paths; versions are left out. */
  readonly settings: readonly string[];
  readonly notChecked: readonly string[];
}

export interface OfflineInput {
  readonly config: ClusterConfig;
  readonly versionAt: Location;
  readonly tool: string;
  /** The file as it was; undefined where that is not known. */
  readonly before: ClusterConfig | undefined;
}

/**
 * The plan that can be made without the cluster: which path the versions in the file mean, and what else changes in it.
 * @throws KubestairError VERSION_DOWNGRADE
 */
export function offlinePlan({ config, versionAt, tool, before }: OfflineInput): OfflinePlan {
  const [from, to] = [before?.version, config.version];
  if (from !== undefined && isBefore(to, from)) throw downgrade(from, to, versionAt);
  return {
    format: 'kubestair.dev/offline-plan/v1',
    tool,
    cluster: config.name,
    verdict: 'unknown',
    ...(from !== undefined && { from }),
    to,
    path: pathOf(from, config),
    settings: before === undefined ? [] : changedSettings(before, config),
    notChecked: [
      ...(from === undefined
        ? ['Where the path starts: the file of the base branch could not be read.']
        : []),
      'Whether the cluster runs what the file said before.',
      'Removed and deprecated APIs in use, nodes, etcd, certificates, webhooks and every other check.',
      'Whom drains disrupt, and how long it takes.',
      'Whether the releases can be had by the hosts.',
    ],
  };
}

/** What the file names, and each minor that it leaves out, at its newest patch. */
function pathOf(from: WantedVersion | undefined, { via, version }: ClusterConfig): readonly WantedVersion[] {
  if (from === version) return [];
  const named = [...via, version].filter((stop) => from === undefined || !isBefore(stop, from));
  return named.flatMap((stop, index) => {
    const before = named[index - 1] ?? from;
    if (before === undefined) return [stop];
    return [...minorsSkipped(firstOf(minorOfWanted(before)), firstOf(minorOfWanted(stop))), stop];
  });
}

/** Paths of settings that differ, for example `backup.store`. */
function changedSettings(before: ClusterConfig, after: ClusterConfig): readonly string[] {
  const leaves = (value: unknown, path: string): readonly (readonly [string, string])[] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [[path, canonicalJson(value)]];
    return Object.entries(value).flatMap(([key, inner]) =>
      leaves(inner, path === '' ? key : `${path}.${key}`),
    );
  };
  const [old, now] = [new Map(leaves(before, '')), new Map(leaves(after, ''))];
  const paths = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return paths.filter((path) => path !== 'version' && path !== 'via' && old.get(path) !== now.get(path));
}

/** A version for people: a minor stands for its newest patch. */
export function wantedText(wanted: WantedVersion): string {
  return isMinor(wanted) ? `v${wanted}.x` : wanted;
}

function downgrade(from: WantedVersion, to: WantedVersion, location: Location): KubestairError {
  return new KubestairError(
    'VERSION_DOWNGRADE',
    `${wantedText(to)} is older than ${wantedText(from)}, which the file asked for before`,
    {
      location,
      next: `Write ${wantedText(from)} or newer at ${formatLocation(location)}. Kubernetes has no downgrade; the way back is the backup that the upgrade took, see docs/restore.md.`,
    },
  );
}
