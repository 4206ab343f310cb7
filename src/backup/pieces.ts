/**
 * A stream in few large pieces: each piece costs every stage after this one its share of work, however small it is. Chunks are joined
 * until there are so many bytes, but for the first, which some reader may be waiting for.
 */
export async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let bytes = size;
  for await (const chunk of source) {
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes < size) continue;
    yield joined(gathered);
    gathered = [];
    bytes = 0;
  }
  if (gathered.length > 0) yield joined(gathered);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(chunks);
}
