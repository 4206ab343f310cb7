/** Flag, then length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const HEADER_BYTES = 5;

export interface FrameReader {
  /** The messages that end in this chunk. @throws Error on a compressed message, which was not asked for */
  push(chunk: Uint8Array): readonly Uint8Array[];
  /** Bytes of a message that has not ended. */
  pending(): number;
}

/** Splits the body of a gRPC answer into its messages. */
export function readFrames(): FrameReader {
  const chunks: Uint8Array[] = [];
  let buffered = 0;
  let wanted = HEADER_BYTES;

  return {
    push(chunk) {
      chunks.push(chunk);
      buffered += chunk.length;
      if (buffered < wanted) return [];
      // One copy for each message at most, not one for each chunk of it.
      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
      const messages: Uint8Array[] = [];
      let offset = 0;
      wanted = HEADER_BYTES;
      while (bytes.length - offset >= HEADER_BYTES) {
        const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES);
        if (view.getUint8(0) !== 0) throw new Error('the message is compressed');
        wanted = HEADER_BYTES + view.getUint32(1);
        if (bytes.length - offset < wanted) break;
        messages.push(bytes.subarray(offset + HEADER_BYTES, offset + wanted));
        offset += wanted;
        wanted = HEADER_BYTES;
      }
      chunks.splice(0, chunks.length, bytes.subarray(offset));
      buffered = bytes.length - offset;
      return messages;
    },
    pending: () => buffered,
  };
}

/** A message without content, as a frame. */
export const EMPTY_FRAME: Uint8Array = new Uint8Array(HEADER_BYTES);
