import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourcePart } from '../../../src/backup/manifest.ts';
import type { EtcdKeys } from '../../../src/ports/etcd-keys.ts';
import { crossProve } from '../../../src/proof/cross-proof.ts';
import type { IndexEntry, ObjectIndex } from '../../../src/proof/object-index.ts';
import { resourceName } from '../../../src/proof/storage-keys.ts';

const signal = new AbortController().signal;
const digest = { bytes: 1, sha256: 'aa' };

function kind(group: string, resource: string, over: Partial<ResourcePart> = {}): ResourcePart {
  return {
    group,
    version: 'v1',
    resource,
    kind: resource,
    namespaced: true,
    objects: 0,
    consistency: 'exact',
    listResourceVersion: '100',
    part: { path: resource, plain: digest, sealed: digest },
    ...over,
  };
}

type Objects = Readonly<Record<string, string>>;

function indexOf(objects: Readonly<Record<string, Objects>>): ObjectIndex {
  return {
    async *entriesOf(part) {
      const mine = Object.entries(objects[resourceName(part)] ?? {});
      for (const [path, resourceVersion] of mine.toSorted(([a], [b]) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ))
        yield { path, resourceVersion, crc: 0 } satisfies IndexEntry;
    },
  };
}

function keysOf(stored: Objects, others = 0): EtcdKeys {
  const sorted = Object.keys(stored).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    async *keysAt(prefix, revision) {
      expect(revision).toBe(100n);
      const mine = sorted.filter((key) => key.startsWith(prefix));
      for (let at = 0; at < mine.length; at += 3)
        yield mine.slice(at, at + 3).map((key) => ({ key, modRevision: stored[key] ?? '' }));
    },
    firstValueAt: async () => undefined,
    countAt: async () => sorted.length + others,
    close: () => {},
  };
}

function prove(
  resources: readonly ResourcePart[],
  exported: Readonly<Record<string, Objects>>,
  stored: Objects,
  others = 0,
) {
  return crossProve({
    keys: keysOf(stored, others),
    prefix: '/registry',
    resourceVersion: '100',
    resources,
    index: indexOf(exported),
    signal,
  });
}

const PODS = kind('', 'pods');
const CONFIGMAPS = kind('', 'configmaps');
const DEFINITIONS = kind('apiextensions.k8s.io', 'customresourcedefinitions');

describe('crossProve', () => {
  it('finds every object at the revision of its key', async () => {
    const report = await prove(
      [PODS, kind('', 'services'), kind('', 'nodes'), DEFINITIONS, kind('demo.dev', 'stairs')],
      {
        pods: { 'a-b/x': '3', 'a/x': '4' },
        services: { 'a/x': '5' },
        nodes: { n1: '6' },
        'customresourcedefinitions.apiextensions.k8s.io': { 'stairs.demo.dev': '7' },
        'stairs.demo.dev': { 'a/s': '8' },
      },
      {
        '/registry/pods/a/x': '4',
        '/registry/pods/a-b/x': '3',
        '/registry/services/specs/a/x': '5',
        '/registry/minions/n1': '6',
        '/registry/apiextensions.k8s.io/customresourcedefinitions/stairs.demo.dev': '7',
        '/registry/demo.dev/stairs/a/s': '8',
      },
      1,
    );
    expect(report).toMatchObject({ objects: 6, differences: 0, examples: [] });
    expect(report.exceptions).toEqual([
      { what: 'keys outside /registry/', count: 1, reason: expect.any(String) },
    ]);
  });

  it('names what is missing on either side, and what has another version', async () => {
    const report = await prove(
      [CONFIGMAPS, PODS],
      { configmaps: { 'a/1': '1', 'a/3': '3', 'a/4': '4' }, pods: { 'a/only': '9' } },
      { '/registry/configmaps/a/1': '1', '/registry/configmaps/a/2': '2', '/registry/configmaps/a/4': '44' },
    );
    expect(report.objects).toBe(1);
    expect(report.differences).toBe(4);
    expect(report.examples).toEqual([
      { object: 'configmaps a/2', finding: 'is in etcd, but not in the export' },
      { object: 'configmaps a/3', finding: 'is in the export, but not in etcd' },
      { object: 'configmaps a/4', finding: 'has resourceVersion 4 in the export and 44 in etcd' },
      { object: 'pods a/only', finding: 'is in the export, but not in etcd' },
    ]);
  });

  it('explains what API servers keep for themselves, what other stores hold and what removed kinds left', async () => {
    const report = await prove(
      [
        kind('', 'events', { consistency: 'own', objects: 12 }),
        kind('metrics.k8s.io', 'nodes', { consistency: 'own', objects: 3 }),
        DEFINITIONS,
      ],
      {},
      {
        '/registry/masterleases/10.0.0.1': '1',
        '/registry/ranges/serviceips': '2',
        '/registry/ranges/servicenodeports': '2',
        '/registry/podsecuritypolicy/restricted': '3',
        '/registry/gone.dev/things/a/x': '4',
      },
    );
    expect(report.differences).toBe(0);
    expect(report.exceptions.map(({ what, count }) => `${what} ${count}`).toSorted()).toEqual([
      'events 12',
      'keys below gone.dev/things/ 1',
      'keys below masterleases/ 1',
      'keys below podsecuritypolicy/ 1',
      'keys below ranges/ 2',
      'nodes.metrics.k8s.io 3',
    ]);
  });

  it('fails for keys that nothing explains, and for kinds of another time that are in this etcd', async () => {
    const report = await prove(
      [
        kind('', 'secrets', { consistency: 'expired' }),
        kind('', 'pods', { consistency: 'own' }),
        { ...kind('', 'roles', { error: '403 Forbidden' }), part: undefined } as unknown as ResourcePart,
        DEFINITIONS,
      ],
      { 'customresourcedefinitions.apiextensions.k8s.io': { 'stairs.demo.dev': '7' } },
      {
        '/registry/apiextensions.k8s.io/customresourcedefinitions/stairs.demo.dev': '7',
        '/registry/demo.dev/stairs/a/s': '8',
        '/registry/pods/a/x': '4',
        '/registry/secrets/a/x': '4',
        '/registry/flannel/a': '1',
        '/registry/flannel/b': '1',
      },
    );
    expect(report.examples.map(({ object }) => object).toSorted()).toEqual([
      'key demo.dev/stairs/a/s',
      'key flannel/a and 1 more below flannel/',
      'pods',
      'secrets',
    ]);
    // What is missing of a partial backup, or by consent, is no difference to this etcd unless it is there.
    expect(report.exceptions).toContainEqual({
      what: 'roles',
      count: 0,
      reason: 'could not be exported: 403 Forbidden',
    });
  });

  it('compares kinds that are one in truth each with the same keys', async () => {
    const events = { 'a/e1': '1', 'a/e2': '2' };
    const kinds = [kind('', 'events'), kind('events.k8s.io', 'events')];
    const stored = { '/registry/events/a/e1': '1', '/registry/events/a/e2': '2' };
    const equal = await prove(kinds, { events, 'events.events.k8s.io': events }, stored);
    expect(equal).toMatchObject({ objects: 4, differences: 0 });
    const unequal = await prove(kinds, { events, 'events.events.k8s.io': { 'a/e1': '1' } }, stored);
    expect(unequal.examples).toEqual([
      { object: 'events.events.k8s.io a/e2', finding: 'is in etcd, but not in the export' },
    ]);
  });

  it('names the first twenty of many differences and counts all of them', async () => {
    const stored = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`/registry/pods/a/${at}`, '1']));
    const report = await prove([PODS], {}, stored);
    expect(report.differences).toBe(50);
    expect(report.examples).toHaveLength(20);
  });

  it('finds any change of any set of objects', async () => {
    const name = fc.constantFrom('a', 'a-b', 'a.b', 'b', 'z', 'ä', '𝒳', 'a/b');
    const sets = fc.dictionary(name, fc.constantFrom('1', '2'));
    await fc.assert(
      fc.asyncProperty(sets, sets, async (exported, inEtcd) => {
        const stored = Object.fromEntries(
          Object.entries(inEtcd).map(([path, version]) => [`/registry/pods/${path}`, version]),
        );
        const report = await prove([PODS], { pods: exported }, stored);
        const all = new Set([...Object.keys(exported), ...Object.keys(inEtcd)]);
        const differing = [...all].filter((path) => exported[path] !== inEtcd[path]);
        expect(report.differences).toBe(differing.length);
        expect(report.objects).toBe(all.size - differing.length);
      }),
    );
  });
});
