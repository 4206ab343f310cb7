import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from '../../../src/proof/lines.ts';

it('gives the lines of a text however it is cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 8 })),
      fc.array(fc.nat(9), { minLength: 1 }),
      async (texts, sizes) => {
        const lines = texts.map((text) => text.replaceAll('\n', ''));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const found: string[] = [];
        for await (const line of linesOf(pieces(bytes, sizes))) found.push(line.toString());
        expect(found).toEqual(lines);
      },
    ),
  );
});

it('gives a last line that has no end', async () => {
  const found: string[] = [];
  for await (const line of linesOf(pieces(Buffer.from('a\nbc'), [1]))) found.push(line.toString());
  expect(found).toEqual(['a', 'bc']);
});

/** Reuses the memory of its chunks, as streams may. */
async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(16);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.min(1 + (sizes[turn % sizes.length] ?? 0), bytes.length - at);
    bytes.copy(chunk, 0, at, at + size);
    yield chunk.subarray(0, size);
    at += size;
  }
}
