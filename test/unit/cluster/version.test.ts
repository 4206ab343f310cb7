import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VersionText } from '../../../src/cluster/observation.ts';
import {
  compareVersions,
  isPrerelease,
  minorOf,
  minorsBetween,
  minorsSkipped,
  newestOf,
  oldestOf,
  readVersion,
  vendorOf,
  versionOfTag,
} from '../../../src/cluster/version.ts';

const numbers = fc.record({ minor: fc.nat({ max: 60 }), patch: fc.nat({ max: 40 }) });
const versions = numbers.map(({ minor, patch }): VersionText => `v1.${minor}.${patch}`);

describe('readVersion', () => {
  test('gives back what Kubernetes writes, with or without its v', () => {
    fc.assert(
      fc.property(versions, (version) => {
        expect(readVersion(version)).toBe(version);
        expect(readVersion(version.slice(1))).toBe(version);
      }),
    );
  });

  test.each(['', '1.36', 'v1.36', 'latest', 'v1.36.x', '1.36.3.4', 'v01.36.3'])('refuses %j', (text) => {
    expect(() => readVersion(text)).toThrow(expect.objectContaining({ code: 'VERSION_INVALID' }));
  });

  test.each([
    ['v1.36.3+k3s1', 'k3s', /system-upgrade-controller/],
    ['v1.36.3+rke2r1', 'RKE2', /system-upgrade-controller/],
    ['v1.36.3+k0s.0', 'k0s', /autopilot/],
    ['v1.36.3-eks-3abbec1', 'Amazon EKS', /aws eks/],
    ['v1.36.3-gke.1200', 'Google GKE', /gcloud/],
    ['v1.36.3+aba1e8d', 'OpenShift', /oc adm upgrade/],
    ['v1.36.3+vmware.1', 'a vendor', /vendor's own/],
  ])('refuses %s as a version of %s and names its own way', (text, name, way) => {
    expect(vendorOf(text)?.name).toBe(name);
    expect(() => readVersion(text)).toThrow(
      expect.objectContaining({ code: 'CLUSTER_UNSUPPORTED', next: expect.stringMatching(way) }),
    );
    expect(versionOfTag(text)).toBeUndefined();
  });

  test('passes object and place on', () => {
    const at = { object: 'Node/w1', location: { file: 'a.yaml', line: 3 } };
    expect(() => readVersion('x', at)).toThrow(expect.objectContaining(at));
  });
});

describe('order', () => {
  test('compares numbers, not texts, minor before patch', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const sign = Math.sign(a.minor - b.minor || a.patch - b.patch);
        expect(Math.sign(compareVersions(`v1.${a.minor}.${a.patch}`, `v1.${b.minor}.${b.patch}`))).toBe(sign);
      }),
    );
  });

  test('puts a pre-release before its release', () => {
    expect(compareVersions('v1.37.0-rc.1', 'v1.37.0')).toBeLessThan(0);
    expect(isPrerelease('v1.37.0-rc.1')).toBe(true);
    expect(isPrerelease('v1.37.0')).toBe(false);
  });

  test('finds oldest and newest', () => {
    const all: VersionText[] = ['v1.9.11', 'v1.36.10', 'v1.36.9', 'v1.10.0'];
    expect(oldestOf(all)).toBe('v1.9.11');
    expect(newestOf(all)).toBe('v1.36.10');
    expect(newestOf([])).toBeUndefined();
  });
});

describe('minors', () => {
  test('count without patches, and downwards as negative', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(minorsBetween(`v1.${a.minor}.${a.patch}`, `v1.${b.minor}.${b.patch}`)).toBe(b.minor - a.minor);
      }),
    );
  });

  test('of another major are beyond every rule', () => {
    expect(minorsBetween('v1.99.0', 'v2.0.0')).toBeGreaterThan(100);
  });

  test('that a step leaves out are those between', () => {
    expect(minorsSkipped('v1.34.4', 'v1.37.1')).toEqual(['1.35', '1.36']);
    expect(minorsSkipped('v1.36.4', 'v1.37.1')).toEqual([]);
    expect(minorsSkipped('v1.37.1', 'v1.36.4')).toEqual([]);
    expect(minorOf('v1.36.3')).toBe('1.36');
  });
});
