import { describe, expect, test } from 'vitest';
import {
  DEPRECATED_APIS,
  deprecatedKind,
  deprecatedResource,
  resourceName,
} from '../../../src/tables/apis.ts';
import { FLAGS } from '../../../src/tables/data/flags.ts';
import { FREE_GATES, GATES_LOCKED_OFF, GATES_LOCKED_ON } from '../../../src/tables/data/settings.ts';
import { namesAt } from '../../../src/tables/names.ts';
import { apisReviewed, REVIEWED, settingsReviewed } from '../../../src/tables/reviewed.ts';
import { releases } from '../../lab/parts/releases.ts';

describe('the table of APIs', () => {
  test('has every row once and in form', () => {
    const keys = DEPRECATED_APIS.map(({ api, kind }) => `${api} ${kind}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { api, resource, deprecatedIn, removedIn, replacement, replacementSince } of DEPRECATED_APIS) {
      expect(api).toMatch(/^[a-z0-9.]+\/v\d+(?:(?:alpha|beta)\d+)?$/);
      expect(resource).toMatch(/^[a-z]+$/);
      expect(removedIn).toMatch(/^1\.\d+$/);
      for (const minor of [deprecatedIn, replacementSince])
        if (minor !== undefined) expect(minor).toMatch(/^1\.\d+$/);
      if (replacement !== undefined) expect(replacement).toMatch(/^(?:[a-z0-9.]+\/)?v\d+/);
      expect(replacement).not.toBe(api);
    }
  });

  // From https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
  test.each([
    ['extensions/v1beta1', 'Ingress', '1.22', 'networking.k8s.io/v1'],
    ['policy/v1beta1', 'PodSecurityPolicy', '1.25', undefined],
    ['policy/v1beta1', 'PodDisruptionBudget', '1.25', 'policy/v1'],
    ['batch/v1beta1', 'CronJob', '1.25', 'batch/v1'],
    ['node.k8s.io/v1beta1', 'RuntimeClass', '1.25', 'node.k8s.io/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.26', 'autoscaling/v2'],
    ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', '1.27', 'storage.k8s.io/v1'],
    ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema', '1.29', 'flowcontrol.apiserver.k8s.io/v1beta3'],
    ['flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', '1.32', 'flowcontrol.apiserver.k8s.io/v1'],
    ['networking.k8s.io/v1beta1', 'IPAddress', '1.37', 'networking.k8s.io/v1'],
  ])('%s %s was removed in %s', (api, kind, removedIn, replacement) => {
    const entry = deprecatedKind(api, kind);
    expect([entry?.removedIn, entry?.replacement]).toEqual([removedIn, replacement]);
  });

  test('names a replacement that is there before the old version goes, if any is', () => {
    expect(deprecatedKind('certificates.k8s.io/v1alpha1', 'ClusterTrustBundle')?.replacement).toBe(
      'certificates.k8s.io/v1beta1',
    );
    expect(deprecatedKind('scheduling.k8s.io/v1alpha1', 'Workload')).toMatchObject({
      removedIn: '1.36',
      replacement: 'scheduling.k8s.io/v1alpha2',
      replacementSince: '1.36',
    });
  });

  test('finds by resource, and names it as kubectl takes it', () => {
    const entry = deprecatedResource('storage.k8s.io/v1beta1', 'volumeattributesclasses');
    expect(entry && resourceName(entry)).toBe('volumeattributesclasses.v1beta1.storage.k8s.io');
    expect(deprecatedResource('snapshot.storage.k8s.io/v1beta1', 'volumesnapshots')).toBeUndefined();
  });
});

describe('the tables of settings', () => {
  test('know which minor has a flag', () => {
    expect(namesAt(FLAGS.kubelet, '1.36').has('containerd')).toBe(true);
    expect(namesAt(FLAGS.kubelet, '1.37').has('containerd')).toBe(false);
    // Hidden from help because it is deprecated.
    expect(namesAt(FLAGS.kubelet, '1.37').has('minimum-container-ttl-duration')).toBe(true);
    expect(namesAt(FLAGS.etcd, '1.37').has('experimental-initial-corrupt-check')).toBe(false);
    // Flags of the kubelet that the lab's one binary for all shows for kube-proxy too.
    expect(namesAt(FLAGS['kube-proxy'], '1.35').has('boot-id-file')).toBe(false);
  });

  test('have no names for other minors', () => {
    expect(namesAt(FLAGS.kubelet, '1.34').size).toBe(0);
  });

  test('have each gate in one state', () => {
    for (const minor of REVIEWED.minors) {
      const names = [FREE_GATES, GATES_LOCKED_ON, GATES_LOCKED_OFF].flatMap((table) => [
        ...namesAt(table, minor),
      ]);
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeGreaterThan(150);
    }
  });
});

test('the review covers what the lab has', () => {
  expect(REVIEWED.releases).toEqual(releases.map(({ kubernetes }) => kubernetes));
  expect(REVIEWED.newest).toBe(REVIEWED.minors.at(-1));
  expect([apisReviewed('v1.30.1'), apisReviewed('v1.37.9'), apisReviewed('v1.38.0')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([settingsReviewed('v1.34.1'), settingsReviewed('v1.35.0'), settingsReviewed('v1.38.0')]).toEqual([
    false,
    true,
    false,
  ]);
});
