import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { exportResources } from '../../../src/backup/export.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { KubestairError } from '../../../src/errors.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { type FakeApi, fakeKube } from './support/fake-kube.ts';
import { type MemoryStore, memoryStore } from './support/memory-store.ts';
import { jumpingClock, recordedLog } from './support/quiet.ts';

const namespaces = {
  group: '',
  version: 'v1',
  resource: 'namespaces',
  objects: ['{"metadata":{"name":"default"}}'],
};
const objects = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => `{"metadata":{"name":"o${index}"},"n":${2n ** 53n + BigInt(index)}}`,
  );

function start(api: FakeApi, store: MemoryStore = memoryStore(), signal = new AbortController().signal) {
  const kube = fakeKube(api);
  const log = recordedLog();
  const parts = openPartStore(store, 'prod/id/', []);
  const result = exportResources({ kube, parts, clock: jumpingClock(), log, signal });
  return { result, kube, log, store };
}

function contentOf(store: MemoryStore, path: string): string {
  return zstdDecompressSync(store.objects.get(`prod/id/${path}`) ?? Buffer.alloc(0)).toString('utf8');
}

describe('exportResources', () => {
  it('writes every object of every kind, page by page, at one resource version', async () => {
    const widgets = {
      group: 'example.com',
      version: 'v1',
      resource: 'widgets',
      kind: 'Widget',
      objects: objects(1234),
    };
    const { result, kube, store } = start({ kinds: [namespaces, widgets], version: '4711' });
    const { resourceVersion, resources } = await result;
    expect(resourceVersion).toBe('4711');
    expect(
      resources.map(({ resource, objects, consistency }) => ({ resource, objects, consistency })),
    ).toEqual([
      { resource: 'namespaces', objects: 1, consistency: 'exact' },
      { resource: 'widgets', objects: 1234, consistency: 'exact' },
    ]);
    expect(contentOf(store, 'resources/example.com/v1/widgets.ndjson.zst')).toBe(
      widgets.objects.map((object) => `${object}\n`).join(''),
    );
    expect(contentOf(store, 'resources/core/v1/namespaces.ndjson.zst')).toBe(`${namespaces.objects[0]}\n`);
    expect(kube.paths.filter((path) => path.includes('widgets?limit=500'))).toEqual([
      '/apis/example.com/v1/widgets?limit=500&resourceVersion=4711&resourceVersionMatch=Exact',
      '/apis/example.com/v1/widgets?limit=500&continue=500%404711',
      '/apis/example.com/v1/widgets?limit=500&continue=1000%404711',
    ]);
  });

  it('lists kinds that count versions of their own at those', async () => {
    const { result } = start({
      version: '100',
      kinds: [
        namespaces,
        {
          group: 'events.k8s.io',
          version: 'v1',
          resource: 'events',
          objects: objects(700),
          ownVersion: '99000',
        },
        { group: '', version: 'v1', resource: 'componentstatuses', objects: objects(3), ownVersion: '' },
        {
          group: 'same.example.com',
          version: 'v1',
          resource: 'coincidences',
          objects: [],
          ownVersion: '100',
        },
      ],
    });
    const { resources } = await result;
    expect(
      resources.map(({ resource, consistency, listResourceVersion, error }) => [
        resource,
        consistency,
        listResourceVersion,
        error,
      ]),
    ).toEqual([
      ['componentstatuses', 'own', '', undefined],
      ['namespaces', 'exact', '100', undefined],
      ['events', 'own', '99000', undefined],
      // Refuses the exact list, so it is listed plainly.
      ['coincidences', 'own', '100', undefined],
    ]);
  });

  it('believes the version in the answer, not the one it asked for', async () => {
    let asked = 0;
    const { result } = start({
      version: '100',
      kinds: [namespaces, { group: 'x.example.com', version: 'v1', resource: 'xs', objects: objects(1) }],
      intercept: ({ pathname, searchParams }) => {
        if (!pathname.endsWith('/xs') || !searchParams.has('resourceVersion')) return undefined;
        asked++;
        return '{"metadata":{"resourceVersion":"101"},"items":[]}';
      },
    });
    expect((await result).resources.at(-1)).toMatchObject({ consistency: 'own', listResourceVersion: '101' });
    expect(asked).toBe(1);
  });

  it('starts over at a new version when the old one expired, so that it stays one cut', async () => {
    const kinds = [
      namespaces,
      { group: 'x.example.com', version: 'v1', resource: 'xs', objects: objects(600) },
    ];
    let version = 100;
    let expired = 0;
    const api: FakeApi = {
      kinds,
      get version() {
        return String(version);
      },
      intercept: ({ searchParams }) => {
        if (searchParams.get('continue') !== '500@100') return undefined;
        expired++;
        version = 200;
        throw new KubeStatusError(410, 'Expired', 'The provided continue parameter is too old');
      },
    };
    const { result, log } = start(api);
    const { resourceVersion, resources } = await result;
    expect(expired).toBe(1);
    expect(resourceVersion).toBe('200');
    expect(resources.map((resource) => resource.listResourceVersion)).toEqual(['200', '200']);
    expect(log.lines.join('\n')).toContain('resource version 100 expired');
  });

  it('says which kinds are of another time after three cuts that expired', async () => {
    const { result, kube, store } = start({
      kinds: [namespaces, { group: 'x.example.com', version: 'v1', resource: 'xs', objects: objects(2) }],
      intercept: ({ pathname, searchParams }) => {
        if (!pathname.endsWith('/xs') || !searchParams.has('resourceVersion')) return undefined;
        throw new KubeStatusError(410, 'Expired', 'too old');
      },
    });
    expect((await result).resources.map(({ resource, consistency }) => [resource, consistency])).toEqual([
      ['namespaces', 'exact'],
      ['xs', 'expired'],
    ]);
    expect(kube.paths.filter((path) => path.includes('xs') && path.includes('Exact'))).toHaveLength(3);
    expect(contentOf(store, 'resources/x.example.com/v1/xs.ndjson.zst').split('\n')).toHaveLength(3);
  });

  it('makes what belongs to the cut anew with it, and ends with both', async () => {
    let version = 100;
    const started: string[] = [];
    const stopped: string[] = [];
    const kube = fakeKube({
      kinds: [namespaces],
      get version() {
        return String(version);
      },
      intercept: ({ searchParams }) => {
        if (searchParams.get('resourceVersion') !== '100') return undefined;
        version = 200;
        throw new KubeStatusError(410, 'Expired', 'too old');
      },
    });
    const deps = {
      kube,
      parts: openPartStore(memoryStore(), 'prod/id/', []),
      clock: jumpingClock(),
      log: recordedLog(),
      signal: new AbortController().signal,
    };
    const beside = async (resourceVersion: string, signal: AbortSignal): Promise<string> => {
      started.push(resourceVersion);
      if (resourceVersion === '200') return 'snapshot of 200';
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped.push(resourceVersion);
          reject(signal.reason);
        });
      });
    };
    const exported = await exportResources(deps, beside);
    expect(exported).toMatchObject({ resourceVersion: '200', beside: 'snapshot of 200' });
    expect(started).toEqual(['100', '200']);
    expect(stopped).toEqual(['100']);
  });

  it('ends when what belongs to the cut fails', async () => {
    const failure = new KubestairError('ETCD_UNHEALTHY', 'no member');
    const deps = {
      kube: fakeKube({ kinds: [namespaces] }),
      parts: openPartStore(memoryStore(), 'prod/id/', []),
      clock: jumpingClock(),
      log: recordedLog(),
      signal: new AbortController().signal,
    };
    await expect(exportResources(deps, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('reports a kind that is forbidden or broken and exports the others', async () => {
    const { result, store } = start({
      kinds: [
        namespaces,
        { group: '', version: 'v1', resource: 'secrets', objects: objects(1) },
        { group: 'x.example.com', version: 'v1', resource: 'xs', objects: objects(1) },
      ],
      intercept: ({ pathname, searchParams }) => {
        if (pathname.endsWith('/secrets'))
          throw new KubeStatusError(403, 'Forbidden', 'secrets is forbidden');
        if (pathname.endsWith('/xs') && searchParams.has('resourceVersion')) {
          throw new KubeStatusError(500, 'InternalError', 'conversion webhook failed');
        }
        return undefined;
      },
    });
    const { resources } = await result;
    expect(resources.map(({ resource, part, error }) => [resource, part?.path, error])).toEqual([
      ['namespaces', 'resources/core/v1/namespaces.ndjson.zst', undefined],
      ['secrets', undefined, 'secrets is forbidden'],
      ['xs', undefined, '500 InternalError: conversion webhook failed'],
    ]);
    expect([...store.objects.keys()]).toEqual(['prod/id/resources/core/v1/namespaces.ndjson.zst']);
  });

  it('reports a group whose resources nobody knows', async () => {
    const { result } = start({
      kinds: [namespaces],
      unavailable: [{ group: 'metrics.k8s.io', version: 'v1beta1' }],
    });
    expect((await result).resources.at(-1)).toEqual({
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      resource: '*',
      kind: '*',
      namespaced: false,
      objects: 0,
      consistency: 'own',
      listResourceVersion: '',
      error: 'its aggregated API is not available: no endpoints',
    });
  });

  it('waits a little for an aggregated API that was just restarted', async () => {
    let discoveries = 0;
    const { result } = start({
      kinds: [namespaces],
      get stale() {
        return discoveries < 2 ? [{ group: 'metrics.k8s.io', version: 'v1beta1' }] : [];
      },
      intercept: ({ pathname }) => {
        if (pathname === '/apis') discoveries++;
        return undefined;
      },
    });
    expect((await result).resources.map(({ resource }) => resource)).toEqual(['namespaces']);
  });

  it.each([
    ['a connection that breaks off', new KubestairError('KUBE_UNREACHABLE', 'other side closed')],
    ['an answer that ends early', undefined],
  ])('reads a kind again after %s', async (_name, error) => {
    let failures = 0;
    const { result, store } = start({
      kinds: [{ ...namespaces, objects: objects(5) }],
      intercept: ({ searchParams }) => {
        if (!searchParams.has('resourceVersion') || failures++ > 0) return undefined;
        if (error) throw error;
        return '{"metadata":{"resourceVersion":"100"},"items":[{"a":1},{"b"';
      },
    });
    expect((await result).resources[0]).toMatchObject({ objects: 5, consistency: 'exact' });
    expect(contentOf(store, 'resources/core/v1/namespaces.ndjson.zst').split('\n')).toHaveLength(6);
  });

  it('stops at once when the store fails', async () => {
    const store = memoryStore((key) => {
      if (key.includes('namespaces')) throw new KubestairError('STORE_FAILED', 'disk full');
    });
    const kinds = Array.from({ length: 40 }, (_, index) => ({
      group: 'x.example.com',
      version: 'v1',
      resource: `x${String(index).padStart(2, '0')}`,
      objects: objects(1),
    }));
    const { result, kube } = start({ kinds: [namespaces, ...kinds] }, store);
    await expect(result).rejects.toMatchObject({ code: 'STORE_FAILED', message: 'disk full' });
    expect(kube.paths.filter((path) => path.includes('Exact')).length).toBeLessThan(10);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const stop = new KubestairError('INTERRUPTED', 'stopped');
    const { result } = start(
      {
        kinds: [namespaces],
        intercept: ({ searchParams }) => {
          if (searchParams.has('resourceVersion')) controller.abort(stop);
          return undefined;
        },
      },
      memoryStore(),
      controller.signal,
    );
    await expect(result).rejects.toBe(stop);
  });
});
