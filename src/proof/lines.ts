const LINE_FEED = 0x0a;

/** The lines of a stream, without their ends. A line that lies within one chunk shares its memory. */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const split = lineSplitter();
  for await (const chunk of source) yield* split.push(chunk);
  const rest = split.rest();
  if (rest.length > 0) yield rest;
}

/** Splits chunks into lines as they come. */
export function lineSplitter(): { push(chunk: Uint8Array): Iterable<Buffer>; rest(): Buffer } {
  let begun: Buffer[] = [];

  function* push(chunk: Uint8Array): Generator<Buffer> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const piece = bytes.subarray(start, end);
      yield begun.length === 0 ? piece : Buffer.concat([...begun, piece]);
      begun = [];
      start = end + 1;
    }
    // A copy, since whoever passes the chunk on may use its memory again.
    if (start < bytes.length) begun.push(Buffer.from(bytes.subarray(start)));
  }

  return {
    push,
    rest() {
      const rest = Buffer.concat(begun);
      begun = [];
      return rest;
    },
  };
}
