import { describe, expect, it } from 'vitest';
import { explainFolder, splitPath, storageFolder } from '../../../src/proof/storage-keys.ts';

describe('storageFolder', () => {
  it.each([
    ['', 'pods', false, 'pods/'],
    ['', 'services', false, 'services/specs/'],
    ['', 'endpoints', false, 'services/endpoints/'],
    ['', 'nodes', false, 'minions/'],
    ['', 'replicationcontrollers', false, 'controllers/'],
    ['apps', 'deployments', false, 'deployments/'],
    ['networking.k8s.io', 'ingresses', false, 'ingress/'],
    ['', 'events', false, 'events/'],
    ['events.k8s.io', 'events', false, 'events/'],
    [
      'apiextensions.k8s.io',
      'customresourcedefinitions',
      false,
      'apiextensions.k8s.io/customresourcedefinitions/',
    ],
    ['apiregistration.k8s.io', 'apiservices', false, 'apiregistration.k8s.io/apiservices/'],
    ['demo.kubestair.dev', 'stairs', true, 'demo.kubestair.dev/stairs/'],
    ['acme.example', 'services', true, 'acme.example/services/'],
  ])('of %s %s', (group, resource, custom, folder) => {
    expect(storageFolder({ group, resource }, custom)).toBe(folder);
  });
});

describe('splitPath', () => {
  const known = new Map(['pods/', 'services/specs/', 'demo.dev/stairs/'].map((folder) => [folder, true]));
  it.each([
    ['pods/default/web', 'pods/', 'default/web'],
    ['pods/stairs/web', 'pods/', 'stairs/web'],
    ['services/specs/default/web', 'services/specs/', 'default/web'],
    ['demo.dev/stairs/default/a', 'demo.dev/stairs/', 'default/a'],
    ['ranges/serviceips', 'ranges/', 'serviceips'],
    ['gone.dev/things/default/a', 'gone.dev/things/', 'default/a'],
    ['foo/bar/baz', 'foo/', 'bar/baz'],
    ['alone', '', 'alone'],
  ])('%s', (path, folder, rest) => {
    expect(splitPath(path, known)).toEqual({ folder, rest });
  });
});

describe('explainFolder', () => {
  const definitions = new Set(['stairs.demo.dev']);
  it.each([
    ['ranges/', true],
    ['masterleases/', true],
    ['podsecuritypolicy/', true],
    ['gone.dev/things/', true],
    ['demo.dev/stairs/', false],
    ['secrets/', false],
    ['flannel/', false],
    ['', false],
  ])('%s: explained is %s', (folder, explained) => {
    expect(explainFolder(folder, definitions) !== undefined).toBe(explained);
  });
});
