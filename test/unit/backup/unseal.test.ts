import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measure } from '../../../src/backup/digest.ts';
import type { Part } from '../../../src/backup/manifest.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { openPart, readIdentities } from '../../../src/backup/unseal.ts';
import { type MemoryStore, memoryStore } from './support/memory-store.ts';

const { signal } = new AbortController();
const prefix = 'prod/b1/';
const identity = await generateIdentity();
const recipient = await identityToRecipient(identity);

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

function written(store: MemoryStore, plain: Uint8Array, recipients: readonly string[]): Promise<Part> {
  return openPartStore(store, prefix, recipients).write('etcd/snapshot.db', measure(chunks(plain)), signal);
}

describe('openPart', () => {
  it.each([
    ['plain', [], []],
    ['encrypted', [recipient], [identity]],
  ])('gives back what was sealed, %s', async (_, recipients, identities) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200_000 }), async (plain) => {
        const store = memoryStore();
        const part = await written(store, plain, recipients);
        const found = await buffer(openPart(part, { store, prefix, identities }, signal));
        expect(found.equals(plain)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['plain', [], []],
    ['encrypted', [recipient], [identity]],
  ])('finds damage at any byte and any cut, %s', async (_, recipients, identities) => {
    const store = memoryStore();
    const part = await written(store, randomBytes(3000), recipients);
    const whole = store.objects.get(prefix + part.path) ?? Buffer.alloc(0);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.boolean(), async (at, cut) => {
        const damaged = cut ? whole.subarray(0, at) : Buffer.from(whole);
        if (!cut) damaged[at] = (damaged[at] ?? 0) ^ 0x10;
        store.objects.set(prefix + part.path, Buffer.from(damaged));
        const reading = buffer(openPart(part, { store, prefix, identities }, signal));
        await expect(reading).rejects.toMatchObject({
          code: expect.stringMatching(/^(STORE_CORRUPT|IDENTITY_WRONG)$/),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('finds a part that another one was put in place of', async () => {
    const store = memoryStore();
    const part = await written(store, Buffer.from('one'), []);
    await written(store, Buffer.from('two'), []);
    const reading = buffer(openPart(part, { store, prefix, identities: [] }, signal));
    await expect(reading).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('says what is missing or wrong', async () => {
    const store = memoryStore();
    const part = await written(store, Buffer.from('secret'), [recipient]);
    const stranger = await generateIdentity();
    const open = (identities: readonly string[], from = store) =>
      buffer(openPart(part, { store: from, prefix, identities }, signal));
    await expect(open([])).rejects.toMatchObject({ code: 'IDENTITY_MISSING' });
    await expect(open([stranger])).rejects.toMatchObject({ code: 'IDENTITY_WRONG' });
    expect((await open([stranger, identity])).toString()).toBe('secret');
    await expect(open([identity], memoryStore())).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it("fails with the store's own error", async () => {
    const store = memoryStore();
    const part = await written(store, randomBytes(100_000), [recipient]);
    const failure = new Error('the connection broke');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield (store.objects.get(prefix + part.path) ?? Buffer.alloc(0)).subarray(0, 70_000);
      throw failure;
    }
    const source = { store: { ...store, get: async () => broken() }, prefix, identities: [identity] };
    await expect(buffer(openPart(part, source, signal))).rejects.toBe(failure);
  });
});

describe('readIdentities', () => {
  it('reads what age-keygen writes', () => {
    const text = `# created: 2026-11-21T09:00:00Z\r\n# public key: ${recipient}\r\n${identity}\r\n`;
    expect(readIdentities(text, '--identity')).toEqual([identity]);
  });

  it.each([
    ['nothing', ''],
    ['comments alone', '# none\n'],
    ['a recipient', recipient],
    ['something else', 'hunter2 hunter2'],
  ])('refuses %s without repeating it', (_, text) => {
    expect(() => readIdentities(text, '--identity')).toThrow(
      expect.objectContaining({ code: 'IDENTITY_INVALID', message: expect.not.stringContaining('hunter2') }),
    );
  });
});
