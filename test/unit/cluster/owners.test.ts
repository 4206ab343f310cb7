import { expect, test } from 'vitest';
import { kindOf, topOf, topOfController } from '../../../src/cluster/owners.ts';

const metadata = {
  name: 'web-7d4',
  namespace: 'shop',
  annotations: { 'deployment.kubernetes.io/desired-replicas': '3' },
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true }],
};

test('a ReplicaSet stands for its Deployment and the replicas that it wants', () => {
  const owners = new Map([topOfController('ReplicaSet', metadata)].filter((top) => top !== undefined));
  expect(topOf('ReplicaSet/shop/web-7d4', {}, owners)).toEqual({
    workload: 'Deployment/shop/web',
    desired: 3,
  });
});

test('a ReplicaSet of its own stands for itself', () => {
  expect(topOfController('ReplicaSet', { name: 'own', namespace: 'shop' })).toBeUndefined();
  expect(topOf('ReplicaSet/shop/own', { 'pod-template-hash': 'own' }, new Map())).toEqual({
    workload: 'ReplicaSet/shop/own',
  });
});

test('where ReplicaSets may not be read, their names tell', () => {
  const labels = { 'pod-template-hash': '7d4' };
  expect(topOf('ReplicaSet/shop/web-7d4', labels, undefined).workload).toBe('Deployment/shop/web');
  expect(topOf('ReplicaSet/shop/web-7d5', labels, undefined).workload).toBe('ReplicaSet/shop/web-7d5');
  expect(topOf('StatefulSet/shop/db', labels, undefined).workload).toBe('StatefulSet/shop/db');
});

test('kinds of other groups are not taken for those of Kubernetes', () => {
  expect(kindOf({ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'x' })).toBe('DaemonSet');
  expect(kindOf({ apiVersion: 'apps.kruise.io/v1', kind: 'DaemonSet', name: 'x' })).toBe(
    'DaemonSet.apps.kruise.io',
  );
  expect(kindOf({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'x' })).toBe('Rollout');
  expect(kindOf({ kind: 'Job', name: 'x' })).toBe('Job');
});
