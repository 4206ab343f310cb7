import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrames } from '../../../src/adapters/etcd-frames.ts';

function frame(message: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

describe('readFrames', () => {
  it('gives the messages that were framed, however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 })),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        fc.nat({ max: 4 }),
        (messages, sizes, rest) => {
          const bytes = Buffer.concat([...messages.map(frame), Buffer.alloc(rest)]);
          const frames = readFrames();
          const found: Uint8Array[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            found.push(
              ...frames.push(bytes.subarray(at, at + size)).map((message) => Uint8Array.from(message)),
            );
            at += size;
          }
          expect(found).toEqual(messages);
          expect(frames.pending()).toBe(rest);
        },
      ),
    );
  });

  it('refuses a compressed message', () => {
    expect(() => readFrames().push(Buffer.from([1, 0, 0, 0, 0]))).toThrow('compressed');
  });
});
