import { expect, test } from 'vitest';
import { openLinkSpeed } from '../../../src/adapters/link-speed.ts';

const KIBIBYTE = 1024;

/** Reads a body whose chunks come after so many milliseconds each, and takes its own time over them. */
async function read(chunks: number, arrivesAfter: number, worksFor = 0): Promise<boolean> {
  let now = 0;
  const link = openLinkSpeed(() => now);
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      now += chunk === 0 ? 5000 : arrivesAfter;
      yield Buffer.alloc(16 * KIBIBYTE);
    }
  }
  for await (const _chunk of link.watch(body())) now += worksFor;
  return link.isSlow();
}

test('a link is slow when a megabyte takes half a second', async () => {
  expect(await read(100, 8)).toBe(true);
});

test('a link is fast when it takes a tenth of that, whatever its reader does and however long the server thinks', async () => {
  expect(await read(100, 0.8, 1000)).toBe(false);
});

test('a link is not judged by its first kilobytes', async () => {
  expect(await read(60, 100)).toBe(false);
});
