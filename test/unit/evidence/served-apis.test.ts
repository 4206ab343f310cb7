import { expect, test } from 'vitest';
import { findServed } from '../../../src/evidence/served-apis.ts';

const version = (name: string, ...resources: readonly string[]) => ({
  version: name,
  resources: resources.map((resource) => ({ resource, verbs: ['get', 'list'] })),
});
const service = (group: string, version: string, automanaged?: string) => ({
  metadata: {
    labels: automanaged === undefined ? null : { 'kube-aggregator.kubernetes.io/automanaged': automanaged },
  },
  spec: { group, version },
});

const groups = {
  items: [
    {
      metadata: { name: 'storage.k8s.io' },
      versions: [
        version('v1', 'volumeattributesclasses'),
        version('v1beta1', 'volumeattributesclasses', 'csistoragecapacities'),
      ],
    },
    { metadata: { name: 'flowcontrol.apiserver.k8s.io' }, versions: [version('v1beta3', 'flowschemas')] },
  ],
};

test('a version is preferred where its group serves no better one of the resource', () => {
  const served = findServed(groups, {
    items: [service('storage.k8s.io', 'v1beta1', 'onstart'), service('storage.k8s.io', 'v1', 'onstart')],
  });
  expect(served.map(({ resource, preferred, listPath }) => ({ resource, preferred, listPath }))).toEqual([
    {
      resource: 'volumeattributesclasses',
      preferred: false,
      listPath: '/apis/storage.k8s.io/v1/volumeattributesclasses',
    },
    {
      resource: 'csistoragecapacities',
      preferred: true,
      listPath: '/apis/storage.k8s.io/v1beta1/csistoragecapacities',
    },
  ]);
});

test('what somebody else serves in the name of Kubernetes is not its own (kubepug#386)', () => {
  const items = [
    service('flowcontrol.apiserver.k8s.io', 'v1beta3', 'true'),
    service('storage.k8s.io', 'v1beta1'),
  ];
  expect(findServed(groups, { items })).toEqual([]);
});
