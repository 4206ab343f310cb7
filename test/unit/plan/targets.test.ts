import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { Observation, VersionText } from '../../../src/cluster/observation.ts';
import { compareVersions, type MinorText, minorOf, minorsBetween } from '../../../src/cluster/version.ts';
import type { WantedVersion } from '../../../src/cluster/wanted.ts';
import { minorsToAsk, type Offered, resolveTarget } from '../../../src/plan/targets.ts';
import { cluster, controlPlane, VERSION_AT, worker } from './sample.ts';

const OFFERED: Offered = new Map<MinorText, ReturnType<typeof known<readonly VersionText[]>>>([
  ['1.35', known(['v1.35.4', 'v1.35.9', 'v1.35.10'])],
  ['1.36', known(['v1.36.0', 'v1.36.3', 'v1.36.4-rc.0'])],
  ['1.37', known(['v1.37.1', 'v1.37.0'])],
]);

function at(version: VersionText, workers: readonly VersionText[] = [version]): Observation {
  return cluster([
    controlPlane('cp1', version),
    ...workers.map((each, index) => worker(`w${index + 1}`, each)),
  ]);
}

function input(observation: Observation, version: WantedVersion, via: readonly WantedVersion[] = []) {
  return { config: { version, via }, versionAt: VERSION_AT, observation };
}

function way(observation: Observation, version: WantedVersion, via: readonly WantedVersion[] = []) {
  const target = resolveTarget(input(observation, version, via), OFFERED);
  return [...target.via, target.version].join(' ');
}

describe('the releases of a way', () => {
  test.each<[VersionText, WantedVersion, readonly WantedVersion[], string]>([
    ['v1.35.4', 'v1.36.3', [], 'v1.36.3'],
    ['v1.35.4', '1.36', [], 'v1.36.3'],
    ['v1.35.4', '1.35', [], 'v1.35.10'],
    ['v1.35.4', 'v1.37.1', [], 'v1.36.3 v1.37.1'],
    ['v1.34.2', '1.37', [], 'v1.35.10 v1.36.3 v1.37.1'],
    ['v1.34.2', '1.37', ['v1.36.0'], 'v1.35.10 v1.36.0 v1.37.1'],
    ['v1.34.2', 'v1.37.0', ['1.35', 'v1.36.0'], 'v1.35.10 v1.36.0 v1.37.0'],
    ['v1.36.3', '1.37', ['1.35', '1.36'], 'v1.36.3 v1.37.1'],
  ])('%s to %s via %j: %s', (current, version, via, expected) => {
    expect(way(at(current), version, via)).toBe(expected);
  });

  test('a mirror that is behind what runs asks for no downgrade', () => {
    expect(way(at('v1.36.5'), '1.36')).toBe('v1.36.5');
  });

  test('a rollout that was cut off goes on to the patch that it began with', () => {
    const half = at('v1.36.0', ['v1.36.0', 'v1.35.4']);
    expect(minorsToAsk(input(half, '1.36'))).toEqual([]);
    expect(way(half, '1.36')).toBe('v1.36.0');
    expect(way(half, '1.37')).toBe('v1.37.1');
  });

  test('a kube-proxy of somebody else does not hold the patch back', () => {
    const own = cluster([controlPlane('cp1', 'v1.36.0', { kubeProxy: known('v1.34.0') })]);
    expect(way(own, '1.36')).toBe('v1.36.3');
  });
});

describe('what is asked of the repository', () => {
  test.each<[VersionText, WantedVersion, readonly WantedVersion[], readonly MinorText[]]>([
    ['v1.35.4', 'v1.36.3', [], []],
    ['v1.35.4', '1.36', [], ['1.36']],
    ['v1.34.2', 'v1.37.1', ['v1.36.0'], ['1.35']],
    ['v1.34.2', '1.37', [], ['1.35', '1.36', '1.37']],
    ['v1.36.3', 'v1.37.1', ['1.35'], []],
  ])('%s to %s via %j: %j', (current, version, via, expected) => {
    expect(minorsToAsk(input(at(current), version, via))).toEqual(expected);
  });
});

describe('refused at the line of the version', () => {
  test.each<[string, WantedVersion, Offered, string, RegExp, RegExp]>([
    [
      'a minor that nobody could ask for',
      '1.36',
      new Map([['1.36', unknown('apt on cp1 says: E: no Release file')]]),
      'VERSION_NOT_OFFERED',
      /no release of 1\.36 is known: apt on cp1 says/,
      /v1\.36\.1, at clusters\/prod\.yaml:5:12/,
    ],
    [
      'a minor of which there are only pre-releases',
      '1.36',
      new Map([['1.36', known(['v1.36.0-rc.1'] as const)]]),
      'VERSION_NOT_OFFERED',
      /the package repository has none/,
      /v1\.36\.1/,
    ],
    [
      'a gap that nobody can fill',
      'v1.37.1',
      new Map([['1.36', unknown('cp1 has no apt')]]),
      'VERSION_SKIPS_MINOR',
      /the way to v1\.37\.1 passes 1\.36, and no release of it is known: cp1 has no apt/,
      /name a release of 1\.36 in spec\.via/,
    ],
    [
      'an older minor',
      '1.34',
      OFFERED,
      'VERSION_DOWNGRADE',
      /1\.34 is older than what runs/,
      /v1\.35\.4 or newer/,
    ],
  ])('%s', (_name, version, offered, code, message, next) => {
    expect(() => resolveTarget(input(at('v1.35.4'), version), offered)).toThrow(
      expect.objectContaining({
        code,
        location: VERSION_AT,
        message: expect.stringMatching(message),
        next: expect.stringMatching(next),
      }),
    );
  });
});

test('whatever runs and is asked for, a way has one release of each minor and rises', () => {
  const minors = fc.uniqueArray(fc.integer({ min: 35, max: 37 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.integer({ min: 33, max: 36 }), minors, fc.boolean(), (current, named, exact) => {
      const wanted = named
        .toSorted((a, b) => a - b)
        .map((minor): WantedVersion => (exact ? `v1.${minor}.3` : `1.${minor}`));
      const version = wanted.at(-1) ?? '1.37';
      const running: VersionText = `v1.${current}.2`;
      if (Math.max(...named) < current) return;
      const offered: Offered = new Map(
        minorsToAsk(input(at(running), version, wanted.slice(0, -1))).map((minor) => [
          minor,
          known([`v${minor}.7`] as const),
        ]),
      );
      const target = resolveTarget(input(at(running), version, wanted.slice(0, -1)), offered);
      const stops = [...target.via, target.version].filter((stop) => compareVersions(running, stop) < 0);
      expect(stops).toEqual(stops.toSorted(compareVersions));
      for (const [index, stop] of stops.entries())
        expect(minorsBetween(stops[index - 1] ?? running, stop)).toBeLessThanOrEqual(1);
      expect(minorOf(target.version)).toBe(`1.${Math.max(...named)}`);
    }),
  );
});
