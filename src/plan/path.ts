import { componentsOf } from '../cluster/components.ts';
import type { Observation, VersionText } from '../cluster/observation.ts';
import type { SkewComponent } from '../cluster/skew.ts';
import { compareVersions, minorsBetween, minorsSkipped, oldestOf } from '../cluster/version.ts';
import type { WantedVersion } from '../cluster/wanted.ts';
import { formatLocation, KubestairError, type Location } from '../errors.ts';
import type { Hop } from './plan.ts';
import type { Target } from './targets.ts';

export interface PathInput {
  readonly config: Target;
  /** Where the target is written. */
  readonly versionAt: Location;
  readonly observation: Observation;
}

/** Versions that decide the path, oldest and newest of each kind. */
export interface Running {
  /** Oldest of API servers, controller managers and schedulers: the control plane goes up from here. */
  readonly controlPlane: VersionText;
  /** Newest of control plane and kubelets: nothing may go below it. */
  readonly newest: SkewComponent;
  /** Oldest of control plane, kubelets and the provider's own record. */
  readonly lagging: VersionText;
  /** Oldest of everything, kube-proxy and the provider's own record included: what is below a hop's target is not done. */
  readonly oldest: VersionText;
}

/**
 * The hops from what runs to the target, through the versions that the file names on the way. Made from observation alone,
 * so that a run that was cut off is planned to its end: a cluster of which some parts are at a version already gets the hop to it.
 * Kubelets that lag take part in the next hop and are brought straight to it, since the version skew policy lets them;
 * the checks judge how far they may lag.
 * Source of "one minor at a time": https://kubernetes.io/releases/version-skew-policy/ and kubeadm's phases/upgrade/policy.go.
 * @throws KubestairError VERSION_DOWNGRADE, VERSION_SKIPS_MINOR, both at the line of the version
 */
export function planPath({ config, versionAt, observation }: PathInput): readonly Hop[] {
  const running = runningVersions(observation);
  if (isOlder(config.version, running.newest.version))
    throw downgrade(config.version, running.newest, versionAt);
  const targets = [...config.via, config.version].filter((version) => isAhead(version, running));
  const stops = [running.controlPlane, ...targets];
  for (const [index, to] of targets.entries()) {
    const from = stops[index];
    if (from !== undefined && minorsBetween(from, to) > 1) throw skipsMinor(from, to, config, versionAt);
  }
  return targets.map((to, index) => ({
    from: index === 0 ? startOf(running, to) : (stops[index] ?? to),
    to,
  }));
}

/** The version that a plan starts from, for people: where its first hop does, or what runs if there is none. */
export function currentVersion(hops: readonly Hop[], observation: Observation): VersionText {
  return hops[0]?.from ?? runningVersions(observation).controlPlane;
}

/** A version that something is still below and nothing is above. What is above a stop has passed it, and cannot go back to it. */
function isAhead(version: VersionText, { oldest, newest }: Running): boolean {
  return isOlder(oldest, version) && !isOlder(version, newest.version);
}

/** Where the control plane has arrived already, the first hop is for what lags behind it. */
function startOf({ controlPlane, oldest }: Running, to: VersionText): VersionText {
  return isOlder(controlPlane, to) ? controlPlane : oldest;
}

/** What runs, as far as it decides the path. */
export function runningVersions(observation: Observation): Running {
  const components = componentsOf(observation).filter(({ kind }) => kind !== 'kubectl');
  const nodes = components.filter(({ kind }) => kind !== 'kube-proxy');
  const controlPlane = nodes.filter(({ kind }) => kind !== 'kubelet');
  const record = observation.configuredVersion.known ? [observation.configuredVersion.value] : [];
  const fallback = observation.apiServerVersion;
  const newest = nodes.toSorted((a, b) => compareVersions(b.version, a.version))[0];
  return {
    controlPlane: oldestOf(controlPlane.map(({ version }) => version)) ?? fallback,
    newest: newest ?? { kind: 'kube-apiserver', object: 'API server', version: fallback, talksTo: 'local' },
    lagging: oldestOf([...nodes.map(({ version }) => version), ...record]) ?? fallback,
    oldest: oldestOf([...components.map(({ version }) => version), ...record]) ?? fallback,
  };
}

function isOlder(a: VersionText, b: VersionText): boolean {
  return compareVersions(a, b) < 0;
}

/** Nothing may go below what runs. @param target as it is written */
export function downgrade(target: WantedVersion, newest: SkewComponent, location: Location): KubestairError {
  const message = `${target} is older than what runs: ${newest.kind} is at ${newest.version} already`;
  return new KubestairError('VERSION_DOWNGRADE', message, {
    object: newest.object,
    location,
    next: `Write ${newest.version} or newer at ${formatLocation(location)}. Kubernetes has no downgrade; the way back is the backup that the upgrade took, see docs/restore.md.`,
  });
}

function skipsMinor(
  from: VersionText,
  to: VersionText,
  { via }: PathInput['config'],
  location: Location,
): KubestairError {
  const skipped = minorsSkipped(from, to);
  const path = [...via, ...skipped.map((minor) => `v${minor}.x`)].toSorted(byMinor);
  return new KubestairError(
    'VERSION_SKIPS_MINOR',
    `${from} to ${to} skips ${skipped.join(' and ')}: a control plane goes up one minor at a time`,
    {
      location,
      next: `Beside the version at ${formatLocation(location)}, name a release of each minor on the way: spec.via: [${path.join(', ')}] with the patch in place of x.`,
    },
  );
}

function byMinor(a: string, b: string): number {
  return minorsBetween(withPatch(b), withPatch(a));
}

function withPatch(text: string): VersionText {
  return `v${text.slice(1).replace(/x$/, '0')}`;
}
