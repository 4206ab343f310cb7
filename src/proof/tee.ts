/** One stream for two readers. */
export interface Tee {
  /** What the first one reads: the source, no faster than both take it. */
  readonly main: AsyncIterable<Uint8Array>;
  /** What the second one reads. Once it stops reading, the first goes on alone. */
  readonly copy: AsyncIterable<Uint8Array>;
  /** The second one will not read any more, if it ever did. */
  detach(): void;
}

/** Few enough to hold in memory, many enough that the two need not take turns. */
const AHEAD_BYTES = 16 * 1024 * 1024;

/** Splits a stream in two. The first reader sets the pace, but for the second falling behind by more than 16 MiB. */
export function tee(source: AsyncIterable<Uint8Array>): Tee {
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let end: { readonly thrown?: unknown } | undefined;
  let copying = true;
  let wake = (): void => {};

  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const before = wake;
      wake = () => {
        before();
        resolve();
      };
    });
  const tell = (): void => {
    const waker = wake;
    wake = () => {};
    waker();
  };

  async function* main(): AsyncGenerator<Uint8Array> {
    let finished = false;
    try {
      for await (const chunk of source) {
        if (copying) {
          waiting.push(chunk);
          waitingBytes += chunk.length;
          tell();
          while (copying && waitingBytes > AHEAD_BYTES) await changed();
        }
        yield chunk;
      }
      finished = true;
    } catch (thrown) {
      end = { thrown };
      throw thrown;
    } finally {
      end ??= finished ? {} : { thrown: new Error('the stream was not read to its end') };
      tell();
    }
  }

  async function* copy(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = waiting.shift();
        if (chunk !== undefined) {
          waitingBytes -= chunk.length;
          tell();
          yield chunk;
        } else if (end === undefined) await changed();
        else if ('thrown' in end) throw end.thrown;
        else return;
      }
    } finally {
      detach();
    }
  }

  function detach(): void {
    copying = false;
    waiting.length = 0;
    tell();
  }

  return { main: main(), copy: copy(), detach };
}
