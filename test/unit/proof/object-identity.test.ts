import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectIdentity } from '../../../src/proof/object-identity.ts';

function identityOf(json: string) {
  return objectIdentity(Buffer.from(json));
}

describe('objectIdentity', () => {
  it('reads built-in objects, custom resources and objects without a namespace', () => {
    expect(
      identityOf('{"metadata":{"name":"web","namespace":"default","resourceVersion":"7"},"data":{}}'),
    ).toEqual({
      path: 'default/web',
      resourceVersion: '7',
    });
    expect(
      identityOf(
        '{"apiVersion":"demo/v1","aaa":{"metadata":{"name":"inner"}},"kind":"A","metadata":{"labels":{"name":"x"},"name":"a","resourceVersion":"9"}}',
      ),
    ).toEqual({ path: 'a', resourceVersion: '9' });
  });

  it('is undefined without a name', () => {
    for (const json of ['{}', '[]', '{"metadata":{}}', '{"metadata":null}', '{"metadata":{"name":1}}', ''])
      expect(identityOf(json)).toBeUndefined();
  });

  it('agrees with JSON.parse on any object, whatever stands around the metadata', () => {
    const identity = fc.record(
      {
        name: fc.string({ minLength: 1, unit: 'grapheme' }),
        namespace: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        resourceVersion: fc.string(),
        annotations: fc.dictionary(fc.string(), fc.jsonValue()),
      },
      { requiredKeys: ['name'] },
    );
    const object = fc.tuple(
      fc.dictionary(fc.string(), fc.jsonValue()),
      identity,
      fc.dictionary(fc.string(), fc.jsonValue()),
    );
    fc.assert(
      fc.property(object, fc.nat(2), ([before, metadata, after], indent) => {
        const { metadata: _a, ...first } = before;
        const { metadata: _b, ...last } = after;
        const { name, namespace, resourceVersion = '' } = metadata;
        expect(identityOf(JSON.stringify({ ...first, metadata, ...last }, undefined, indent))).toEqual({
          path: namespace === undefined ? name : `${namespace}/${name}`,
          resourceVersion,
        });
      }),
    );
  });
});
