import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedListError, scanList } from '../../../src/backup/list-scanner.ts';

function scan(text: string, chunkSizes: readonly number[] = [7]) {
  const bytes = Buffer.from(text);
  const scanner = scanList();
  const lines: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = chunkSizes[turn % chunkSizes.length] ?? 1;
    lines.push(Buffer.from(scanner.push(bytes.subarray(at, at + size))));
    at += size;
  }
  return { envelope: scanner.finish(), ndjson: Buffer.concat(lines).toString('utf8') };
}

/** Objects whose keys and strings are full of what a scanner could trip over. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"items":[', '\\', '\\"', '{', '}', ']', ',', '\n', '"', 'items', '\u2028', '\\u005d'),
  fc.array(fc.constantFrom('"', '\\', '{', '[', ']', '}', ',', ':')).map((parts) => parts.join('')),
  // About where the search changes.
  fc.integer({ min: 40, max: 52 }).map((length) => `${'x'.repeat(length)}\\`),
  // So long that they are searched in another way.
  fc
    .array(fc.constantFrom('"', '\\', '\\\\', '"]}', 'x'.repeat(30), 'y'.repeat(90)), { minLength: 3 })
    .map((parts) => parts.join('')),
);
/** JSON.parse of V8 13.6 may give another key for one that ends in a backslash, once it saw an object of that shape. */
const key = text.filter((name) => !name.endsWith('\\'));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const items = fc.array(fc.dictionary(key, value, { maxKeys: 5 }), { maxLength: 6 });
const chunkSizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 60, max: 600 })), {
  minLength: 1,
  maxLength: 5,
});
const metadata = { resourceVersion: '4711', continue: 'eyJ2Ijoi"}' };

describe('scanList', () => {
  it('finds the items that a parser finds, however the bytes arrive', () => {
    fc.assert(
      fc.property(
        items,
        chunkSizes,
        fc.constantFrom(undefined, 1, '\t'),
        fc.boolean(),
        (objects, sizes, indent, first) => {
          const list = first
            ? { kind: 'List', apiVersion: 'v1', metadata, items: objects }
            : { apiVersion: 'v1', items: objects, kind: 'List', metadata };
          const { envelope, ndjson } = scan(JSON.stringify(list, undefined, indent), sizes);
          expect(
            ndjson
              .split('\n')
              .slice(0, -1)
              .map((line) => JSON.parse(line)),
          ).toEqual(JSON.parse(JSON.stringify(objects)));
          expect(envelope).toEqual({
            resourceVersion: '4711',
            continueToken: metadata.continue,
            items: objects.length,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves the text of each item as it is', () => {
    fc.assert(
      fc.property(items, chunkSizes, (objects, sizes) => {
        const texts = objects.map((object) => JSON.stringify(object));
        const { ndjson } = scan(`{"metadata":{"resourceVersion":"1"},"items":[${texts.join(',')}]}\n`, sizes);
        expect(ndjson).toBe(texts.map((item) => `${item}\n`).join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('names the next page while the items of this one arrive, where the list says so first', () => {
    const head = JSON.stringify({ kind: 'List', metadata });
    const first = scanList();
    first.push(Buffer.from(`${head.slice(0, -1)},`));
    expect(first.nextPage()).toBe('');
    first.push(Buffer.from('"items":[{"a":'));
    expect(first.nextPage()).toBe(metadata.continue);
    const last = scanList();
    last.push(Buffer.from('{"apiVersion":"v1","items":[{"a":1}'));
    expect(last.nextPage()).toBe('');
  });

  it('keeps integers beyond 2^53 and other spellings of numbers', () => {
    const item = '{"spec":{"max":9223372036854775807,"ratio":1.50,"big":1E400,"zero":-0}}';
    expect(scan(`{"items":[${item}],"metadata":{"resourceVersion":"1"}}`).ndjson).toBe(`${item}\n`);
  });

  it('never splits a line inside of an item, even where the list is pretty-printed', () => {
    const { ndjson } = scan(
      JSON.stringify({ metadata: {}, items: [{ a: { b: 1 } }, { c: [2] }] }, undefined, 2),
    );
    expect(ndjson.split('\n')).toHaveLength(3);
  });

  it.each(['{"metadata":{"resourceVersion":"3"},"items":null}', '{"metadata":{"resourceVersion":"3"}}'])(
    'takes %s for an empty list',
    (list) => {
      expect(scan(list)).toEqual({
        envelope: { resourceVersion: '3', continueToken: '', items: 0 },
        ndjson: '',
      });
    },
  );

  it('fails on every list that ends early', () => {
    const list = '{"kind":"L","items":[{"a":"]}"},{"b":[1,{}]}],"metadata":{"resourceVersion":"1"}}';
    for (let length = 0; length < list.length; length++) {
      expect(() => scan(list.slice(0, length)), list.slice(0, length)).toThrow(MalformedListError);
    }
  });

  it.each([
    '{"metadata":{},"items":[1,2]}',
    '{"metadata":{},"items":[{} {}]}',
    '{"metadata":{},"items":[{},]}',
    '{"metadata":{},"items":[,{}]}',
    '{"metadata":{},"items":{"a":1}}',
    '{"metadata":{},"\\u0069tems":[{}]}',
    '{"metadata":{},"items":[{}],"items":[{}]}',
    '{"items":[]}',
    '[{"metadata":{}}]',
    'no JSON',
  ])('refuses %s', (list) => {
    expect(() => scan(list)).toThrow(MalformedListError);
  });

  it('refuses an answer that is anything but a list before it fills the memory', () => {
    expect(() => scan(`{"metadata":{},"data":"${'x'.repeat(2_000_000)}"}`, [65_536])).toThrow('no list');
  });
});
