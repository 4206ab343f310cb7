import type { Known } from '../cluster/known.ts';
import type { Observation, VersionText } from '../cluster/observation.ts';
import {
  compareVersions,
  isPrerelease,
  type MinorText,
  minorsBetween,
  minorsSkipped,
  newestOf,
} from '../cluster/version.ts';
import { firstOf, isBefore, isMinor, minorOfWanted, type WantedVersion } from '../cluster/wanted.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { formatLocation, KubestairError, type Location } from '../errors.ts';
import { downgrade, type Running, runningVersions } from './path.ts';

/** Releases that are to be had, by minor; unknown where nobody could say. */
export type Offered = ReadonlyMap<MinorText, Known<readonly VersionText[]>>;

export interface TargetInput {
  readonly config: Pick<ClusterConfig, 'version' | 'via'>;
  /** Where the target is written. */
  readonly versionAt: Location;
  readonly observation: Observation;
}

/** What is asked for, as releases. */
export interface Target {
  readonly version: VersionText;
  /** Releases to pass through, one of each minor in between at the least, oldest first. */
  readonly via: readonly VersionText[];
}

/** Minors of which a plan needs to know the newest release: those that the file names without a patch, and those it leaves out. */
export function minorsToAsk(input: TargetInput): readonly MinorText[] {
  const running = runningVersions(input.observation);
  return stopsOf(input, running).filter(
    (stop): stop is MinorText =>
      isMinor(stop) && begunIn(stop, running) === undefined && !isPast(stop, running),
  );
}

/**
 * The release for each version that the file asks for, and for each minor between the control plane and the target that it leaves out:
 * the newest one offered. A cluster that is between two versions is brought to the newer one first, so that a rollout that was
 * cut off is not changed by a patch that came out meanwhile.
 * @throws KubestairError VERSION_DOWNGRADE, VERSION_NOT_OFFERED, VERSION_SKIPS_MINOR, all at the line of the version
 */
export function resolveTarget(input: TargetInput, offered: Offered): Target {
  const { config, versionAt, observation } = input;
  const running = runningVersions(observation);
  if (isMinor(config.version) && isPast(config.version, running)) {
    throw downgrade(config.version, running.newest, versionAt);
  }
  const releases = stopsOf(input, running).flatMap((stop) => {
    if (!isMinor(stop)) return [stop];
    if (isPast(stop, running)) return [];
    return [begunIn(stop, running) ?? newestOffered(stop, input, running, offered)];
  });
  const version = releases.at(-1);
  if (version === undefined) throw new RangeError('a target has at least one stop');
  return { version, via: releases.slice(0, -1) };
}

/** What the file names, and each minor above the control plane that it leaves out, oldest first. */
function stopsOf({ config }: TargetInput, { controlPlane }: Running): readonly WantedVersion[] {
  const named = [...config.via, config.version];
  return named.flatMap((stop, index) => {
    const before = named[index - 1];
    const from = before === undefined || isBefore(before, controlPlane) ? controlPlane : before;
    return [...minorsBetweenStops(from, stop), stop];
  });
}

function minorsBetweenStops(from: WantedVersion, to: WantedVersion): readonly MinorText[] {
  const [first, last] = [firstOf(minorOfWanted(from)), firstOf(minorOfWanted(to))];
  return minorsSkipped(first, last);
}

/** What runs is of a later minor already. */
function isPast(minor: MinorText, { newest }: Running): boolean {
  return minorsBetween(firstOf(minor), newest.version) > 0;
}

/** The release of a minor that a part of the cluster runs while another part is older. */
function begunIn(minor: MinorText, { newest, lagging }: Running): VersionText | undefined {
  if (minorsBetween(firstOf(minor), newest.version) !== 0) return undefined;
  return compareVersions(lagging, newest.version) < 0 ? newest.version : undefined;
}

function newestOffered(
  minor: MinorText,
  { config, versionAt }: TargetInput,
  { newest }: Running,
  offered: Offered,
): VersionText {
  const offer = offered.get(minor);
  const releases = offer?.known === true ? offer.value.filter((version) => !isPrerelease(version)) : [];
  // A mirror may be behind what was installed from elsewhere.
  const running = minorsBetween(firstOf(minor), newest.version) === 0 ? [newest.version] : [];
  const found = offer?.known === true ? newestOf([...releases, ...running]) : undefined;
  if (found !== undefined) return found;
  const reason = offer === undefined || offer.known ? 'the package repository has none' : offer.reason;
  const named = [...config.via, config.version].some((wanted) => wanted === minor);
  const place = formatLocation(versionAt);
  if (named) {
    throw new KubestairError('VERSION_NOT_OFFERED', `no release of ${minor} is known: ${reason}`, {
      location: versionAt,
      next: `Let a control-plane host reach the package repository, or write the release itself, for example v${minor}.1, at ${place}.`,
    });
  }
  throw new KubestairError(
    'VERSION_SKIPS_MINOR',
    `the way to ${config.version} passes ${minor}, and no release of it is known: ${reason}`,
    {
      location: versionAt,
      next: `A control plane goes up one minor at a time. Let a control-plane host reach the package repository, or name a release of ${minor} in spec.via, beside the version at ${place}.`,
    },
  );
}
