import { describe, expect, it } from 'vitest';
import { tee } from '../../../src/proof/tee.ts';

async function* chunks(count: number, size: number, onRead: (read: number) => void = () => {}) {
  for (let at = 0; at < count; at += 1) {
    onRead(at + 1);
    yield Buffer.alloc(size, at);
  }
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of stream) parts.push(chunk);
  return Buffer.concat(parts);
}

describe('tee', () => {
  it('gives both readers everything, however late the second one begins', async () => {
    const { main, copy } = tee(chunks(50, 1000));
    const first = bytesOf(main);
    await Promise.resolve();
    const second = await bytesOf(copy);
    expect(second.equals(await first)).toBe(true);
    expect(second).toHaveLength(50_000);
  });

  it('holds the source back for a second reader that does not keep up', async () => {
    let read = 0;
    const { main, copy } = tee(chunks(100, 1_000_000, (now) => (read = now)));
    const first = bytesOf(main);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(read).toBeLessThan(25);
    await bytesOf(copy);
    expect((await first).length).toBe(100_000_000);
  });

  it('goes on alone when the second reader stops, or never begins', async () => {
    const { main, copy } = tee(chunks(100, 1_000_000));
    const first = bytesOf(main);
    for await (const _chunk of copy) break;
    expect((await first).length).toBe(100_000_000);

    const other = tee(chunks(100, 1_000_000));
    const alone = bytesOf(other.main);
    setTimeout(other.detach, 20);
    expect((await alone).length).toBe(100_000_000);
  });

  it('tells the second reader when the source fails, or is not read to its end', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new Error('broken');
    }
    const { main, copy } = tee(broken());
    const first = bytesOf(main);
    await expect(bytesOf(copy)).rejects.toThrow('broken');
    await expect(first).rejects.toThrow('broken');

    const other = tee(chunks(5, 10));
    const second = bytesOf(other.copy);
    second.catch(() => {});
    for await (const _chunk of other.main) break;
    await expect(second).rejects.toThrow('not read to its end');
  });
});
