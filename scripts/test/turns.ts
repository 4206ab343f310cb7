/** Where one of several that work side by side leaves what it prints. */
export interface Turn {
  write(bytes: Uint8Array): void;
  /** Nothing more comes: the next one has its turn. */
  end(): void;
}

/**
 * Lets several print one after the other, in their order, although they work side by side: the first that has not ended is seen as
 * it works, what the others print waits until it is their turn.
 * @param count how many there are
 * @param print takes what is to be seen
 */
export function takeTurns(count: number, print: (bytes: Uint8Array) => void): readonly Turn[] {
  const waiting = Array.from({ length: count }, () => [] as Uint8Array[]);
  const ended = new Set<number>();
  let now = 0;
  return waiting.map((held, index) => ({
    write: (bytes) => void (index === now ? print(bytes) : held.push(bytes)),
    end() {
      ended.add(index);
      while (ended.has(now)) {
        now += 1;
        for (const bytes of waiting[now]?.splice(0) ?? []) print(bytes);
      }
    },
  }));
}
