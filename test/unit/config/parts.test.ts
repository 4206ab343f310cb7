import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION, durationSeconds } from '../../../src/config/duration.ts';
import { clusterFile, clusterJsonSchema } from '../../../src/config/file-schema.ts';
import { didYouMean } from '../../../src/config/suggest.ts';

describe('durations', () => {
  test('add up their parts', () => {
    const part = fc.option(fc.nat({ max: 999 }), { nil: undefined });
    fc.assert(
      fc.property(part, part, part, (h, m, s) => {
        const text = [
          h === undefined ? '' : `${h}h`,
          m === undefined ? '' : `${m}m`,
          s === undefined ? '' : `${s}s`,
        ].join('');
        expect(text).toMatch(DURATION);
        expect(durationSeconds(text)).toBe((h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0));
      }),
    );
  });

  test.each(['10', '10 m', 'm', '-5s', '1.5h', '5m1h', '100ms', '5sx'])('%j is none', (text) => {
    expect(DURATION.test(text)).toBe(false);
  });
});

describe('didYouMean', () => {
  const known = ['version', 'versionFrom', 'via', 'provider', 'drain'];

  test.each([
    ['verison', 'version'],
    ['versionfrom', 'versionFrom'],
    ['Provider', 'provider'],
    ['drains', 'drain'],
    ['workers', undefined],
    ['x', undefined],
  ])('%s: %s', (word, expected) => {
    expect(didYouMean(word, known)).toBe(expected);
  });

  test('finds a word with one letter wrong', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('version', 'provider', 'encryptTo', 'deleteEmptyDir'),
        fc.nat(),
        (word, at) => {
          const index = at % word.length;
          expect(didYouMean(`${word.slice(0, index)}_${word.slice(index + 1)}`, [word])).toBe(word);
        },
      ),
    );
  });
});

describe('the JSON Schema', () => {
  const schema = clusterJsonSchema() as unknown as Node;

  interface Node {
    readonly type?: string;
    readonly description?: string;
    readonly properties?: Readonly<Record<string, Node>>;
    readonly additionalProperties?: unknown;
    readonly required?: readonly string[];
    readonly default?: unknown;
  }

  function objects(node: Node, path = ''): readonly (readonly [string, Node])[] {
    const own = node.properties === undefined ? [] : [[path, node] as const];
    return [
      ...own,
      ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => objects(child, `${path}.${key}`)),
    ];
  }

  test('closes every map, as the loader does', () => {
    expect(objects(schema).length).toBeGreaterThan(8);
    for (const [path, { additionalProperties }] of objects(schema))
      expect([path, additionalProperties]).toEqual([path, false]);
  });

  test('asks for what the loader asks for, and shows its defaults', () => {
    const spec = schema.properties?.spec;
    expect(schema.required).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(spec?.required).toEqual(['provider', 'backup']);
    expect(spec?.properties?.drain?.properties?.timeout).toMatchObject({ type: 'string', default: '10m' });
  });

  test('describes every key below spec', () => {
    const spec = schema.properties?.spec;
    const leaves = objects(spec ?? {}).flatMap(([path, { properties }]) =>
      Object.entries(properties ?? {})
        .filter(([, child]) => child.properties === undefined)
        .map(([key, child]) => [`${path}.${key}`, child.description]),
    );
    for (const [path, description] of leaves) expect([path, description]).toEqual([path, expect.any(String)]);
  });

  test('is JSON and says which draft', () => {
    expect(JSON.parse(JSON.stringify(schema))).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    });
    expect(clusterFile.safeParse({}).success).toBe(false);
  });
});
