import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSnapshot } from '../../../src/backup/snapshot-trailer.ts';

const database = randomBytes(4096);
const digest = createHash('sha256').update(database).digest();
const whole = Buffer.concat([database, digest]);

async function* cutInto(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });

describe('checkSnapshot', () => {
  it('passes a whole snapshot through unchanged, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (chunkSizes) => {
        const checked = checkSnapshot(cutInto(whole, chunkSizes), 'cp1:2379');
        expect((await buffer(checked.bytes)).equals(whole)).toBe(true);
        expect(checked.trailerSha256()).toBe(digest.toString('hex'));
        expect(checked.digest()).toEqual({
          bytes: whole.length,
          sha256: createHash('sha256').update(whole).digest('hex'),
        });
      }),
    );
  });

  it('calls every shorter one cut or different', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), sizes, async (length, chunkSizes) => {
        const { bytes } = checkSnapshot(cutInto(whole.subarray(0, length), chunkSizes), 'cp1:2379');
        const code = length > 32 && length % 512 === 32 ? 'SNAPSHOT_HASH' : 'SNAPSHOT_CUT';
        await expect(buffer(bytes)).rejects.toMatchObject({ code, object: 'cp1:2379' });
      }),
    );
  });

  it('finds a single bit that differs, in the database as in the trailer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length * 8 - 1 }), async (bit) => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { bytes } = checkSnapshot(cutInto(damaged, [333]), 'cp1:2379');
        await expect(buffer(bytes)).rejects.toMatchObject({ code: 'SNAPSHOT_HASH' });
      }),
      { numRuns: 50 },
    );
  });
});
