import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measure } from '../../../src/backup/digest.ts';
import { checkRecipients, seal, sealedName } from '../../../src/backup/seal.ts';

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('seal', () => {
  it('compresses so that zstd gives the same bytes back, and tells both digests', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 })), async (parts) => {
        const plain = Buffer.concat(parts);
        const sealed = seal(measure(chunks(...parts)), []);
        const stored = await buffer(sealed.bytes);
        expect(zstdDecompressSync(stored).equals(plain)).toBe(true);
        expect(sealed.digests()).toEqual({
          plain: { bytes: plain.length, sha256: sha256(plain) },
          sealed: { bytes: stored.length, sha256: sha256(stored) },
        });
      }),
      { numRuns: 50 },
    );
  });

  it('encrypts for every recipient', async () => {
    const identities = await Promise.all([generateIdentity(), generateIdentity()]);
    const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
    const plain = randomBytes(300_000);
    const sealed = seal(measure(chunks(plain)), recipients);
    const stored = await buffer(sealed.bytes);
    for (const identity of identities) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      expect(zstdDecompressSync(await decrypter.decrypt(stored)).equals(plain)).toBe(true);
    }
    expect(sealed.digests().sealed).toEqual({ bytes: stored.length, sha256: sha256(stored) });
  });

  it.each(['plain', 'encrypted'])('fails with the source’s own error, %s', async (form) => {
    const recipients = form === 'plain' ? [] : [await identityToRecipient(await generateIdentity())];
    const failure = new Error('the source broke');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(200_000);
      throw failure;
    }
    const sealed = seal(measure(broken()), recipients);
    await expect(buffer(sealed.bytes)).rejects.toBe(failure);
    expect(() => sealed.digests()).toThrow('not read to its end');
  });

  it('reads no further than its reader, and lets go of the source when the reader stops', async () => {
    let produced = 0;
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          produced += 65_536;
          yield randomBytes(65_536);
        }
      } finally {
        closed = true;
      }
    }
    let taken = 0;
    for await (const chunk of seal(measure(endless()), []).bytes) {
      taken += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (taken > 500_000) break;
    }
    await expect.poll(() => closed).toBe(true);
    expect(produced - taken).toBeLessThan(1_000_000);
  });
});

describe('sealedName', () => {
  it('says how to open the part', () => {
    expect(sealedName('etcd/snapshot.db', [])).toBe('etcd/snapshot.db.zst');
    expect(sealedName('etcd/snapshot.db', ['age1x'])).toBe('etcd/snapshot.db.zst.age');
  });
});

describe('checkRecipients', () => {
  it('takes public keys of age', async () => {
    const recipient = await identityToRecipient(await generateIdentity());
    expect(() => checkRecipients([recipient])).not.toThrow();
  });

  it('names what is none', () => {
    expect(() => checkRecipients(['age1nonsense'])).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: 'age1nonsense is no age recipient' }),
    );
  });
});
