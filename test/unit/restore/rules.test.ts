import { describe, expect, test } from 'vitest';
import { kindLeftOut, objectLeftOut } from '../../../src/restore/resources/left-out.ts';
import type { KindName, RawObject } from '../../../src/restore/resources/object.ts';
import { restoreOrder } from '../../../src/restore/resources/order.ts';
import { prepare, withoutAddresses } from '../../../src/restore/resources/prepare.ts';
import { parseRenames, selectsKind, selectsObject } from '../../../src/restore/resources/selection.ts';

const kind = (name: string, Kind = 'X', namespaced = true): KindName => {
  const [resource = '', ...group] = name.split('.');
  return { group: group.join('.'), version: 'v1', resource, kind: Kind, namespaced };
};
const object = (over: Partial<RawObject> = {}, metadata: Partial<RawObject['metadata']> = {}): RawObject => ({
  ...over,
  metadata: { name: 'a', namespace: 'shop', uid: 'old', resourceVersion: '7', ...metadata },
});
const none = new Map<string, string>();

test('what others need comes first, what refuses requests comes last', () => {
  const names = [
    'validatingwebhookconfigurations.admissionregistration.k8s.io',
    'widgets.shop.example',
    'pods',
    'deployments.apps',
    'persistentvolumeclaims',
    'secrets',
    'namespaces',
    'customresourcedefinitions.apiextensions.k8s.io',
  ];
  const ordered = restoreOrder(names.map((name) => kind(name))).map(({ resource }) => resource);
  expect(ordered).toEqual([
    'customresourcedefinitions',
    'namespaces',
    'persistentvolumeclaims',
    'secrets',
    'deployments',
    'pods',
    'widgets',
    'validatingwebhookconfigurations',
  ]);
});

describe('what is left to others', () => {
  const controlled = (owner: string) => [
    { apiVersion: 'v1', kind: owner, name: 'o', uid: 'u', controller: true },
  ];
  test.each([
    ['pods', object({}, { ownerReferences: controlled('ReplicaSet') }), 'its ReplicaSet makes it'],
    ['pods', object({ status: { phase: 'Succeeded' } }), 'it had ended'],
    ['pods', object({}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }), 'static manifest'],
    ['pods', object({}, { labels: { 'kubestair.dev/host': 'true' } }), 'to reach a host'],
    ['pods', object({ status: { phase: 'Running' } }), undefined],
    [
      'replicasets.apps',
      object({}, { ownerReferences: controlled('Deployment') }),
      'its Deployment makes it',
    ],
    ['replicasets.apps', object(), undefined],
    ['jobs.batch', object({ status: { conditions: [{ type: 'Complete', status: 'True' }] } }), 'run again'],
    ['jobs.batch', object({ status: { conditions: [{ type: 'Complete', status: 'False' }] } }), undefined],
    ['configmaps', object({}, { name: 'kube-root-ca.crt' }), 'its own authorities'],
    [
      'configmaps',
      object({}, { namespace: 'kube-system', name: 'extension-apiserver-authentication' }),
      'its own authorities',
    ],
    ['secrets', object({}, { deletionTimestamp: '2026-11-21T09:00:00Z' }), 'being deleted'],
    ['secrets', object({}, { ownerReferences: controlled('Widget') }), undefined],
  ])('%s', (name, given, reason) => {
    const found = objectLeftOut(kind(name), given);
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });

  test('kinds', () => {
    expect(kindLeftOut(kind('events'))).toBeDefined();
    expect(kindLeftOut(kind('nodes.metrics.k8s.io'))).toBeDefined();
    expect(kindLeftOut(kind('nodes.shop.example'))).toBeUndefined();
  });
});

describe('prepare', () => {
  test('takes out what the API server writes, and keeps everything else', () => {
    const given = object({ data: { a: '1' } }, { labels: { x: 'y' }, generation: 3, managedFields: [] });
    const { object: made, oldUid } = prepare(kind('configmaps', 'ConfigMap'), given, none);
    expect(made).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop', labels: { x: 'y' } },
      data: { a: '1' },
    });
    expect(oldUid).toBe('old');
  });

  test('a volume is bound to the claim of its name, whatever its UID', () => {
    const given = object({
      spec: { claimRef: { namespace: 'shop', name: 'c', uid: 'u', resourceVersion: '1' } },
    });
    const { object: made } = prepare(kind('persistentvolumes', 'PersistentVolume', false), given, none);
    expect(made.spec).toEqual({ claimRef: { namespace: 'shop', name: 'c' } });
  });

  test('a claim keeps its volume, but not into another namespace', () => {
    const given = object(
      { spec: { volumeName: 'v' } },
      { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
    );
    const claims = kind('persistentvolumeclaims', 'PersistentVolumeClaim');
    expect(prepare(claims, given, none).object).toMatchObject({
      spec: { volumeName: 'v' },
      metadata: { annotations: {} },
    });
    const moved = prepare(claims, given, new Map([['shop', 'other']]));
    expect(moved.object).toMatchObject({ spec: {}, metadata: { namespace: 'other' } });
    expect(moved.changes[0]).toContain('new volume');
  });

  test('the token of a service account is made anew', () => {
    const given = object({ type: 'kubernetes.io/service-account-token', data: { token: 'secret' } });
    expect(prepare(kind('secrets', 'Secret'), given, none).object).not.toHaveProperty('data');
    const opaque = object({ type: 'Opaque', data: { a: 'b' } });
    expect(prepare(kind('secrets', 'Secret'), opaque, none).object).toMatchObject({ data: { a: 'b' } });
  });

  test('a binding follows its accounts into the namespace that they moved to', () => {
    const given = object({
      subjects: [
        { kind: 'ServiceAccount', name: 'x', namespace: 'shop' },
        { kind: 'User', name: 'u' },
      ],
    });
    const made = prepare(
      kind('rolebindings.rbac.authorization.k8s.io', 'RoleBinding'),
      given,
      new Map([['shop', 'new']]),
    );
    expect(made.object.subjects).toEqual([
      { kind: 'ServiceAccount', name: 'x', namespace: 'new' },
      { kind: 'User', name: 'u' },
    ]);
  });

  test('a Service without its addresses stays headless if it was', () => {
    const ports = [{ port: 80, nodePort: 30080 }];
    const service = object({ spec: { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports } });
    expect(withoutAddresses(service).spec).toEqual({ ports: [{ port: 80 }] });
    const headless = object({ spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [] } });
    expect(withoutAddresses(headless).spec).toEqual({ clusterIP: 'None', clusterIPs: ['None'], ports: [] });
  });
});

describe('a selection', () => {
  const selection = { namespaces: ['shop'], kinds: [], renames: none };
  test('of namespaces takes their objects and themselves, and nothing of the whole cluster', () => {
    expect(selectsKind(selection, kind('secrets'))).toBe(true);
    expect(selectsKind(selection, kind('clusterroles.rbac.authorization.k8s.io', 'ClusterRole', false))).toBe(
      false,
    );
    const namespaces = kind('namespaces', 'Namespace', false);
    expect(selectsKind(selection, namespaces)).toBe(true);
    expect(selectsObject(selection, namespaces, { metadata: { name: 'shop' } })).toBe(true);
    expect(selectsObject(selection, namespaces, { metadata: { name: 'other' } })).toBe(false);
    expect(selectsObject(selection, kind('secrets'), object({}, { namespace: 'other' }))).toBe(false);
  });

  test.each(['deployments', 'deployments.apps', 'Deployment', 'deployment.apps'])(
    'names a kind as %s',
    (written) => {
      const named = { ...selection, kinds: [written] };
      expect(selectsKind(named, kind('deployments.apps', 'Deployment'))).toBe(true);
      expect(selectsKind(named, kind('replicasets.apps', 'ReplicaSet'))).toBe(false);
    },
  );

  test.each(['shop', '=x', 'a=', 'a=b=c'])('refuses the renaming "%s"', (pair) => {
    expect(() => parseRenames([pair])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
