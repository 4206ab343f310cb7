/** A stream whose own failure can be told from that of whoever reads it. */
export interface GuardedSource {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the source threw, if it did. */
  failure(): { readonly error: unknown } | undefined;
}

/** Watches a stream that is handed to a library, so that its error comes out as it went in; ends it when the signal aborts. */
export function guardSource(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): GuardedSource {
  let failure: { readonly error: unknown } | undefined;

  async function* pass(): AsyncGenerator<Uint8Array> {
    try {
      signal?.throwIfAborted();
      if (source instanceof Uint8Array) {
        yield source;
        return;
      }
      for await (const chunk of source) {
        signal?.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  }

  return { bytes: pass(), failure: () => failure };
}
