import { describe, expect, test } from 'vitest';
import { usesOf } from '../../../src/evidence/object-uses.ts';

const BETA = 'storage.k8s.io/v1beta1';
const GA = 'storage.k8s.io/v1';
const apis = new Map([[BETA, { kind: 'VolumeAttributesClass' }]]);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Entry = NonNullable<Parameters<typeof usesOf>[0]['metadata']['managedFields']>[number];

const entry = (manager: string, apiVersion: string, time: string, over: Partial<Entry> = {}): Entry => ({
  ...{ manager, apiVersion, operation: 'Update', time: `2026-${time}T10:00:00Z` },
  ...over,
});
const annotating = {
  fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${LAST_APPLIED}`]: {} } } },
};
const uses = (managedFields: readonly Entry[], applied?: string) =>
  usesOf(
    {
      metadata: {
        name: 'gold',
        managedFields,
        ...(applied !== undefined && { annotations: { [LAST_APPLIED]: applied } }),
      },
    },
    apis,
  ).map(({ api, by, trace, at }) => `${trace} ${api} ${by} ${at?.slice(0, 10)}`);
const appliedWith = (apiVersion: string) => JSON.stringify({ apiVersion, kind: 'VolumeAttributesClass' });

describe('managedFields', () => {
  test('name who wrote with which version', () => {
    expect(uses([entry('terraform', BETA, '03-01'), entry('ci', GA, '03-02')])).toEqual([
      `managed-fields ${BETA} terraform 2026-03-01`,
    ]);
  });

  test('are no evidence where the same writer turned to another version', () => {
    expect(uses([entry('terraform', BETA, '03-01'), entry('terraform', GA, '03-02')])).toEqual([]);
  });

  test('stand where the writer turned back, or wrote another part with another version', () => {
    expect(uses([entry('terraform', BETA, '03-03'), entry('terraform', GA, '03-02')])).toHaveLength(1);
    const status = entry('terraform', GA, '03-04', { subresource: 'status' });
    expect(uses([entry('terraform', BETA, '03-03'), status])).toHaveLength(1);
  });

  test('of components of Kubernetes say nothing: they come with the upgrade', () => {
    expect(uses([entry('kube-controller-manager', BETA, '03-01')])).toEqual([]);
  });

  test('may be missing, or lack a manager', () => {
    expect(uses([])).toEqual([]);
    expect(uses([{ apiVersion: BETA }])).toEqual([`managed-fields ${BETA}  undefined`]);
  });
});

describe('the annotation of kubectl apply', () => {
  const writer = entry('kubectl-client-side-apply', BETA, '03-01', annotating);

  test('tells once what both traces tell', () => {
    expect(uses([writer], appliedWith(BETA))).toEqual([
      `last-applied ${BETA} kubectl-client-side-apply 2026-03-01`,
    ]);
  });

  test('counts without managedFields, which some strip', () => {
    expect(uses([], appliedWith(BETA))).toEqual([`last-applied ${BETA} kubectl apply undefined`]);
  });

  test('is no evidence once the object was taken over with another version (pluto#495, kubent#309)', () => {
    const helm = entry('helm', GA, '05-01');
    expect(uses([{ ...writer, apiVersion: GA }, helm], appliedWith(BETA))).toEqual([]);
    expect(uses([writer, helm], appliedWith(BETA))).toEqual([
      `managed-fields ${BETA} kubectl-client-side-apply 2026-03-01`,
    ]);
  });

  test('is not undone by controllers that write status', () => {
    const status = entry('operator', GA, '05-01', { subresource: 'status' });
    expect(uses([writer, status], appliedWith(BETA))).toEqual([
      `last-applied ${BETA} kubectl-client-side-apply 2026-03-01`,
    ]);
  });

  test.each(['', 'no JSON', '[]', 'null', '{"apiVersion":7}', appliedWith(GA)])('may hold %s', (applied) => {
    expect(uses([], applied)).toEqual([]);
  });
});
