/**
 * Names and messages come from clusters: control characters could drive a terminal, and bidirectional marks could show
 * another text than is there. Line feeds and tabs stay.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function cleanText(text: string): string {
  return text.replace(unsafe, '\ufffd');
}

/** The same plain data with every text cleaned. */
export function cleanData<T>(value: T): T {
  return cleanUnknown(value) as T;
}

function cleanUnknown(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanUnknown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [cleanText(key), cleanUnknown(inner)]),
  );
}
