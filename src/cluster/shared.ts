/** Keeps one copy of what is equal: a hundred thousand pods come from a few thousand templates. */
export interface Shared {
  readonly text: (text: string) => string;
  /** Plain data, compared by its JSON. */
  readonly value: <T>(value: T) => T;
}

export const NOT_SHARED: Shared = { text: (text) => text, value: (value) => value };

export function openShared(): Shared {
  const texts = new Map<string, string>();
  const values = new Map<string, unknown>();
  return {
    text: (text) => keep(texts, text, text),
    value: (value) => keep(values, JSON.stringify(value), value) as typeof value,
  };
}

function keep<T>(kept: Map<string, T>, key: string, value: T): T {
  const before = kept.get(key);
  if (before !== undefined) return before;
  kept.set(key, value);
  return value;
}
