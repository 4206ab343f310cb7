import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import type { NodeObservation, Observation, VersionText } from '../../../src/cluster/observation.ts';
import { compareVersions, minorsBetween } from '../../../src/cluster/version.ts';
import { currentVersion, planPath } from '../../../src/plan/path.ts';
import { cluster, controlPlane, VERSION_AT, worker } from './sample.ts';

function hops(
  observation: Observation,
  version: VersionText,
  via: readonly VersionText[] = [],
): readonly string[] {
  const path = planPath({ config: { version, via }, versionAt: VERSION_AT, observation });
  return path.map(({ from, to }) => `${from} -> ${to}`);
}

/** A control plane whose static pods are at one version and whose kubelet is at another. */
function swapped(
  name: string,
  pods: VersionText,
  kubelet: VersionText,
  over: Partial<NodeObservation> = {},
): NodeObservation {
  return controlPlane(name, pods, { kubelet, ...over });
}

describe('a cluster at one version', () => {
  const at = (version: VersionText) =>
    cluster([controlPlane('cp1', version), worker('w1', version), worker('w2', version)]);

  test.each<[VersionText, VersionText, readonly VersionText[], readonly string[]]>([
    ['v1.36.3', 'v1.36.3', [], []],
    ['v1.35.4', 'v1.36.3', [], ['v1.35.4 -> v1.36.3']],
    ['v1.36.1', 'v1.36.3', [], ['v1.36.1 -> v1.36.3']],
    ['v1.35.4', 'v1.37.1', ['v1.36.3'], ['v1.35.4 -> v1.36.3', 'v1.36.3 -> v1.37.1']],
    ['v1.35.4', 'v1.36.3', ['v1.35.9'], ['v1.35.4 -> v1.35.9', 'v1.35.9 -> v1.36.3']],
    ['v1.36.3', 'v1.37.1', ['v1.36.3'], ['v1.36.3 -> v1.37.1']],
    ['v1.36.3', 'v1.37.1', ['v1.35.4', 'v1.36.1'], ['v1.36.3 -> v1.37.1']],
  ])('%s to %s via %j: %j', (current, target, via, expected) => {
    expect(hops(at(current), target, via)).toEqual(expected);
  });

  test('refuses to skip a minor, and says what to write where', () => {
    expect(() => hops(at('v1.34.4'), 'v1.37.1')).toThrow(
      expect.objectContaining({
        code: 'VERSION_SKIPS_MINOR',
        location: VERSION_AT,
        message: expect.stringContaining('v1.34.4 to v1.37.1 skips 1.35 and 1.36'),
        next: expect.stringMatching(/clusters\/prod\.yaml:5:12.*spec\.via: \[v1\.35\.x, v1\.36\.x\]/),
      }),
    );
  });

  test('refuses a path with a hole, and keeps what it has already', () => {
    expect(() => hops(at('v1.34.4'), 'v1.37.1', ['v1.36.3'])).toThrow(
      expect.objectContaining({
        code: 'VERSION_SKIPS_MINOR',
        next: expect.stringContaining('[v1.35.x, v1.36.3]'),
      }),
    );
  });

  test.each<[VersionText, VersionText]>([
    ['v1.36.3', 'v1.35.4'],
    ['v1.36.3', 'v1.36.2'],
  ])('refuses to go from %s down to %s', (current, target) => {
    expect(() => hops(at(current), target)).toThrow(
      expect.objectContaining({
        code: 'VERSION_DOWNGRADE',
        location: VERSION_AT,
        next: expect.stringContaining(`${current} or newer at clusters/prod.yaml:5:12`),
      }),
    );
  });
});

describe('a cluster that was left half way to v1.36.3', () => {
  const old = 'v1.35.4';
  const target = 'v1.36.3';
  const finish = [`${old} -> ${target}`];

  test.each<[string, Observation, readonly string[]]>([
    [
      'only the API server is new',
      cluster([
        swapped('cp1', old, old, {
          components: known({
            'kube-apiserver': target,
            'kube-controller-manager': old,
            'kube-scheduler': old,
            etcd: '3.6.8-0',
          }),
        }),
        worker('w1', old),
      ]),
      finish,
    ],
    [
      'one of three control planes is new',
      cluster([swapped('cp1', target, old), controlPlane('cp2', old), controlPlane('cp3', old)]),
      finish,
    ],
    [
      'all static pods are new, all kubelets old',
      cluster([swapped('cp1', target, old), worker('w1', old)]),
      finish,
    ],
    [
      'one worker is left',
      cluster([controlPlane('cp1', target), worker('w1', target), worker('w2', old)]),
      finish,
    ],
    [
      'static pods are new, but the record is old',
      cluster([controlPlane('cp1', target)], { configuredVersion: known(old) }),
      finish,
    ],
    [
      'everything is new but kube-proxy',
      cluster([controlPlane('cp1', target), worker('w1', target, { kubeProxy: known(old) })]),
      finish,
    ],
    [
      'the control plane came by another patch',
      cluster([swapped('cp1', 'v1.36.1', old), controlPlane('cp2', old)]),
      finish,
    ],
    [
      'the patch is behind after a minor with kubelets left',
      cluster([swapped('cp1', 'v1.36.1', old), worker('w1', old)]),
      ['v1.36.1 -> v1.36.3'],
    ],
  ])('%s', (_name, observation, expected) => {
    expect(hops(observation, target)).toEqual(expected);
    expect(
      currentVersion(
        planPath({ config: { version: target, via: [] }, versionAt: VERSION_AT, observation }),
        observation,
      ),
    ).toBe(expected[0]?.split(' ')[0]);
  });

  test('finishes the first of two hops before the second', () => {
    const observation = cluster([controlPlane('cp1', target), worker('w1', target), worker('w2', old)]);
    expect(hops(observation, 'v1.37.1', [target])).toEqual(['v1.35.4 -> v1.36.3', 'v1.36.3 -> v1.37.1']);
  });

  test('does not go back to a stop that a control plane has passed', () => {
    const observation = cluster([
      swapped('cp1', 'v1.37.1', target),
      controlPlane('cp2', target),
      worker('w1', target),
    ]);
    expect(hops(observation, 'v1.37.1', [target])).toEqual(['v1.36.3 -> v1.37.1']);
  });

  test('refuses to turn back', () => {
    const observation = cluster([swapped('cp1', target, old), controlPlane('cp2', old)]);
    expect(() => hops(observation, old)).toThrow(
      expect.objectContaining({ code: 'VERSION_DOWNGRADE', object: 'Pod/kube-system/kube-apiserver-cp1' }),
    );
  });
});

describe('kubelets that lag', () => {
  test('come straight to the next hop', () => {
    const observation = cluster([controlPlane('cp1', 'v1.36.3'), worker('w1', 'v1.34.2')]);
    expect(hops(observation, 'v1.37.1')).toEqual(['v1.36.3 -> v1.37.1']);
  });

  test('come first where the file names the version of the control plane', () => {
    const observation = cluster([controlPlane('cp1', 'v1.36.3'), worker('w1', 'v1.33.2')]);
    expect(hops(observation, 'v1.37.1', ['v1.36.3'])).toEqual(['v1.33.2 -> v1.36.3', 'v1.36.3 -> v1.37.1']);
  });

  test('and a kubelet above the target stops the plan', () => {
    const observation = cluster([controlPlane('cp1', 'v1.36.1'), worker('w1', 'v1.36.4')]);
    expect(() => hops(observation, 'v1.36.3')).toThrow(
      expect.objectContaining({ code: 'VERSION_DOWNGRADE', object: 'Node/w1' }),
    );
  });
});

describe('whatever runs', () => {
  const version = fc
    .record({ minor: fc.integer({ min: 33, max: 37 }), patch: fc.integer({ min: 0, max: 5 }) })
    .map(({ minor, patch }): VersionText => `v1.${minor}.${patch}`);
  const observation = fc
    .record({
      servers: fc.array(version, { minLength: 1, maxLength: 3 }),
      kubelets: fc.array(version, { maxLength: 4 }),
      record: version,
    })
    .map(({ servers, kubelets, record }) =>
      cluster(
        [
          ...servers.map((each, i) => controlPlane(`cp${i}`, each)),
          ...kubelets.map((each, i) => worker(`w${i}`, each)),
        ],
        { configuredVersion: known(record) },
      ),
    );
  const via = fc.uniqueArray(version, { maxLength: 3 }).map((all) => all.toSorted(compareVersions));

  test('a path rises, ends at the target, never goes below what runs and takes the control plane one minor at a time', () => {
    let paths = 0;
    fc.assert(
      fc.property(observation, version, via, (running, target, stops) => {
        const below = stops.filter((stop) => compareVersions(stop, target) < 0);
        const result = pathOrCode(running, target, below);
        const versions = running.nodes.map(({ kubelet }) => kubelet);
        const newest = versions.toSorted(compareVersions).at(-1) ?? target;
        if (compareVersions(target, newest) < 0) {
          expect(result).toBe('VERSION_DOWNGRADE');
          return;
        }
        if (result === 'VERSION_SKIPS_MINOR') return;
        paths += 1;
        const servers = running.nodes
          .filter(({ role }) => role === 'control-plane')
          .map(({ kubelet }) => kubelet);
        let at = servers.toSorted(compareVersions)[0] ?? target;
        for (const { from, to } of result as Exclude<typeof result, string>) {
          expect(compareVersions(from, to)).toBeLessThan(0);
          expect(compareVersions(to, newest)).toBeGreaterThanOrEqual(0);
          expect(minorsBetween(at, to)).toBeLessThanOrEqual(1);
          at = to;
        }
        const behind = [
          ...versions,
          running.configuredVersion.known ? running.configuredVersion.value : target,
        ].some((each) => compareVersions(each, target) < 0);
        if (behind) expect(at).toBe(target);
        else expect(result).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(paths).toBeGreaterThan(50);
  });

  function pathOrCode(running: Observation, target: VersionText, stops: readonly VersionText[]) {
    try {
      return planPath({
        config: { version: target, via: stops },
        versionAt: VERSION_AT,
        observation: running,
      });
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
  }
});
