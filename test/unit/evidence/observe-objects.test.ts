import { expect, test } from 'vitest';
import { objectGrants, observeObjects } from '../../../src/evidence/observe-objects.ts';
import type { ServedApi } from '../../../src/evidence/served-apis.ts';
import type { Kube } from '../../../src/ports/kube.ts';
import { deprecatedResource } from '../../../src/tables/apis.ts';

const entry = deprecatedResource('storage.k8s.io/v1beta1', 'volumeattributesclasses');
const served: ServedApi = {
  ...(entry ?? (undefined as never)),
  preferred: false,
  listPath: '/apis/storage.k8s.io/v1/volumeattributesclasses',
  listable: true,
};

/** Lists of objects that somebody wrote with the old version, some pages long. */
function kubeWith(
  pages: number,
  each: number,
): Kube & { readonly asked: { path: string; accept?: string }[] } {
  const asked: { path: string; accept?: string }[] = [];
  return {
    ...{ server: 'api', context: 'x', asked },
    async request({ path, accept }) {
      asked.push({ path, ...(accept !== undefined && { accept }) });
      const items = Array.from({ length: each }, (_, index) => ({
        metadata: {
          name: `c${asked.length}-${index}`,
          managedFields: [{ manager: 'terraform', apiVersion: 'storage.k8s.io/v1beta1' }],
        },
      }));
      return { items, metadata: asked.length < pages ? { continue: 'more' } : {} };
    },
    stream: () => Promise.reject(new Error('not asked for')),
  };
}

test('objects are listed page by page, metadata alone, in the version that the group prefers', async () => {
  const kube = kubeWith(2, 3);
  const [found] = await observeObjects(kube, [served]);
  expect(kube.asked.map(({ path }) => path)).toEqual([
    '/apis/storage.k8s.io/v1/volumeattributesclasses?limit=500',
    '/apis/storage.k8s.io/v1/volumeattributesclasses?limit=500&continue=more',
  ]);
  expect(kube.asked[0]?.accept).toContain('as=PartialObjectMetadataList');
  expect(found?.found).toMatchObject({ known: true, value: { more: 0 } });
});

test('as many are named as anybody reads, and the others counted', async () => {
  const [found] = await observeObjects(kubeWith(3, 60), [served]);
  const value = found?.found.known ? found.found.value : undefined;
  expect(value?.uses).toHaveLength(100);
  expect(value?.more).toBe(80);
});

test('many uses of one version hide none of another', async () => {
  const many = kubeWith(1, 150);
  const kube: Kube = {
    ...many,
    async request(request) {
      const { items } = (await many.request(request)) as { items: readonly object[] };
      const managedFields = [{ manager: 'ci', apiVersion: 'storage.k8s.io/v1alpha1' }];
      return { items: [...items, { metadata: { name: 'last', managedFields } }] };
    },
  };
  const [found] = await observeObjects(kube, [served, { ...served, api: 'storage.k8s.io/v1alpha1' }]);
  const uses = found?.found.known ? found.found.value.uses : [];
  expect(uses.filter(({ api }) => api === 'storage.k8s.io/v1alpha1').map(({ name }) => name)).toEqual([
    'last',
  ]);
});

test('nothing is asked where nothing of that kind is served or can be listed', async () => {
  const kube = kubeWith(1, 1);
  expect(await observeObjects(kube, [])).toEqual([]);
  expect(await observeObjects(kube, [{ ...served, listable: false }])).toEqual([]);
  expect(kube.asked).toEqual([]);
});

test('the rights for it are those of resources that a supported release may serve', () => {
  const told = objectGrants().map(({ group, resource, verb }) => `${verb} ${resource}.${group}`);
  expect(told).toContain('list volumeattributesclasses.storage.k8s.io');
  expect(told).toContain('list workloads.scheduling.k8s.io');
  expect(told).not.toContain('list podsecuritypolicies.policy');
  expect(new Set(told).size).toBe(told.length);
});
