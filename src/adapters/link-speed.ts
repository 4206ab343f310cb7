/** Tells whether a link is so slow that compressed answers come sooner. */
export interface LinkSpeed {
  isSlow(): boolean;
  /** Passes an uncompressed body on and takes the time of what is waited for. */
  watch(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/**
 * Below this an API server that compresses gets its lists across sooner, above it the compression is what takes longest: Go's gzip
 * manages about 80 MB/s of JSON on one core (k/k#112296 made it optional in clients for that reason).
 */
const SLOW_BYTES_PER_SECOND = 5e6;
/** Not to judge by the first packets. */
const ENOUGH_BYTES = 1024 * 1024;

/** A link counts as fast until it was seen to be slow, and then as slow for good. */
export function openLinkSpeed(now: () => number = () => performance.now()): LinkSpeed {
  let bytes = 0;
  let milliseconds = 0;
  let slow = false;
  return {
    isSlow: () => slow,
    async *watch(body) {
      // What comes before the first chunk is the server's thinking, what its reader takes is its own.
      let since: number | undefined;
      for await (const chunk of body) {
        if (since !== undefined) {
          bytes += chunk.length;
          milliseconds += now() - since;
          slow ||= bytes >= ENOUGH_BYTES && bytes / milliseconds < SLOW_BYTES_PER_SECOND / 1000;
        }
        yield chunk;
        since = now();
      }
    },
  };
}
