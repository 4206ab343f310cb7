import { describe, expect, it } from 'vitest';
import type {
  CustomResourceObservation,
  Extensions,
  WebhookObservation,
} from '../../../../src/cluster/extensions.ts';
import { known } from '../../../../src/cluster/known.ts';
import { cluster, controlPlane, extensions, worker } from '../sample.ts';
import { found } from './judge.ts';

const CONFIGURATION = 'ValidatingWebhookConfiguration/guard';
const OBJECT = `${CONFIGURATION}: pods.guard.dev`;

function given(over: Partial<Extensions>) {
  const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')];
  return { observation: cluster(nodes, { extensions: known(extensions(over)) }) };
}

function guard(over: Partial<WebhookObservation> = {}): WebhookObservation {
  return {
    configuration: CONFIGURATION,
    webhook: 'pods.guard.dev',
    failsClosed: true,
    backend: known({ service: 'guard/guard', ready: 2, onNodes: ['w1', 'w2'] }),
    rules: [{ groups: [''], resources: ['pods'], operations: ['CREATE'], scope: '*' }],
    selective: false,
    optIn: false,
    coversItself: false,
    ...over,
  };
}

const dead = known({ service: 'guard/guard', ready: 0, onNodes: [] });
const ofOthers = [{ groups: ['lab.dev'], resources: ['stairs'], operations: ['*'], scope: '*' }];
const clusterOnly = [{ groups: [''], resources: ['pods'], operations: ['*'], scope: 'Cluster' }];

describe('webhooks', () => {
  it.each<[string, Partial<WebhookObservation>, readonly string[]]>([
    ['two pods on two nodes', {}, []],
    ['nobody answers', { backend: dead }, [`blocking ${OBJECT}`]],
    ['nobody answers, but it fails open', { backend: dead, failsClosed: false }, []],
    ['nobody answers for those that opt in', { backend: dead, optIn: true }, [`warning ${OBJECT}`]],
    ['nobody answers for kinds of others', { backend: dead, rules: ofOthers }, [`warning ${OBJECT}`]],
    ['pods are in no scope of the cluster', { backend: dead, rules: clusterOnly }, [`warning ${OBJECT}`]],
    [
      'one pod on a node that is drained',
      { backend: known({ service: 'guard/guard', ready: 1, onNodes: ['w1'] }), coversItself: true },
      [`warning ${OBJECT}`],
    ],
    [
      'endpoints that could not be read',
      { backend: { known: false, reason: 'forbidden' } },
      [`unknown ${OBJECT}`],
    ],
    ['an authority that has ended', { caExpiresAt: '2020-01-01T00:00:00.000Z' }, [`blocking ${OBJECT}`]],
  ])('%s', (_name, over, expected) => {
    expect(found('webhooks', given({ webhooks: [guard(over)] }))).toEqual(expected);
  });
});

it.each([
  [{ available: false, aggregated: true }, ['blocking APIService/v1.dead.dev']],
  [{ available: true, aggregated: true }, []],
  [{ available: false, aggregated: false }, []],
])('an APIService that is %o', (over, expected) => {
  const apiServices = [{ service: 'v1.dead.dev', reason: 'ServiceNotFound', ...over }];
  expect(found('api-services', given({ apiServices }))).toEqual(expected);
});

it.each([
  [{ stored: ['v1'] }, []],
  [{ stored: ['v1alpha1', 'v1'] }, ['warning CustomResourceDefinition/stairs.lab.dev']],
  [{ established: false, stored: ['v1'] }, ['warning CustomResourceDefinition/stairs.lab.dev']],
])('a custom resource that is %o', (over, expected) => {
  const crd = { crd: 'stairs.lab.dev', established: true, served: ['v1'], storage: 'v1', ...over };
  expect(found('stored-versions', given({ customResources: [crd] }))).toEqual(expected);
});

describe('conversion of custom resources', () => {
  const definition = {
    ...{ crd: 'stairs.lab.dev', established: true, served: ['v1', 'v2'], storage: 'v2', stored: ['v2'] },
    conversion: { backend: dead },
  };
  const OF_STAIRS = 'CustomResourceDefinition/stairs.lab.dev';
  it.each<[string, Partial<CustomResourceObservation>, readonly string[]]>([
    ['nobody answers', {}, [`blocking ${OF_STAIRS}`]],
    ['nobody answers, and nobody is asked', { served: ['v2'] }, []],
    [
      'nobody answers, and an old version is stored',
      { served: ['v2'], stored: ['v1', 'v2'] },
      [`blocking ${OF_STAIRS}`],
    ],
    [
      'somebody answers',
      { conversion: { backend: known({ service: 'a/b', ready: 1, onNodes: ['w1'] }) } },
      [],
    ],
    ['it is outside of the cluster', { conversion: {} }, []],
    [
      'its authority has ended',
      { conversion: { caExpiresAt: '2020-01-01T00:00:00.000Z' } },
      [`blocking ${OF_STAIRS}`],
    ],
    [
      'its endpoints could not be read',
      { conversion: { backend: { known: false, reason: 'forbidden' } } },
      [`unknown ${OF_STAIRS}`],
    ],
  ])('%s', (_name, over, expected) => {
    const input = given({ customResources: [{ ...definition, ...over }] });
    expect(found('conversion-webhooks', input)).toEqual(expected);
  });
});

it('tells a migration that is under way', () => {
  expect(found('storage-migrations', given({ migrations: ['secrets'] }))).toEqual([
    'warning StorageVersionMigration/secrets',
  ]);
});
