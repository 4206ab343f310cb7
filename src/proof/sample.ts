import { crc32 } from 'node:zlib';

/** Chooses some of many by their names alone, so that every run over the same names chooses the same ones. */
export interface Sample {
  offer(path: string): void;
  chosen(): readonly string[];
}

/** Keeps those with the lowest CRC-32, which has nothing to do with the order of names. @param size How many. */
export function startSample(size: number): Sample {
  const kept: { readonly path: string; readonly rank: number }[] = [];
  return {
    offer(path) {
      const rank = crc32(path);
      const last = kept.at(-1);
      if (kept.length === size && last !== undefined && rank >= last.rank) return;
      const at = kept.findIndex((each) => each.rank > rank);
      kept.splice(at === -1 ? kept.length : at, 0, { path, rank });
      if (kept.length > size) kept.pop();
    },
    chosen: () => kept.map(({ path }) => path),
  };
}
