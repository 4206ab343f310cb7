/** A stream that ended early, or one that goes on. */
export type Gathered =
  | { readonly whole: Uint8Array }
  /** From its very beginning. */
  | { readonly stream: AsyncIterable<Uint8Array> };

/** Reads a stream until it ends or has more bytes than the limit. */
export async function gather(source: AsyncIterable<Uint8Array>, limit: number): Promise<Gathered> {
  const iterator = source[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let bytes = 0;
  while (bytes <= limit) {
    const next = await iterator.next();
    if (next.done === true) return { whole: Buffer.concat(begun) };
    begun.push(next.value);
    bytes += next.value.length;
  }
  return { stream: resume(begun, iterator) };
}

async function* resume(
  begun: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* begun;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
