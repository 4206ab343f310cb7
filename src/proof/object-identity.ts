const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** What an object is called, and which version of it this is. */
export interface ObjectIdentity {
  /** `name`, or `namespace/name`. */
  readonly path: string;
  readonly resourceVersion: string;
}

/**
 * Reads an object's identity out of its JSON text, which must be valid. Only as much of it is looked at as there is before the end
 * of its metadata: parsing all of a pod takes twenty times as long.
 * @returns undefined when there is no metadata with a name
 */
export function objectIdentity(json: Buffer): ObjectIdentity | undefined {
  const metadata = memberOf(json, skipBlanks(json, 0), 'metadata');
  if (metadata === undefined) return undefined;
  const found = stringsOf(json, metadata);
  const name = found.get('name');
  if (name === undefined) return undefined;
  const namespace = found.get('namespace');
  return {
    path: namespace === undefined ? name : `${namespace}/${name}`,
    resourceVersion: found.get('resourceVersion') ?? '',
  };
}

/** Where the value of an object's member begins. */
function memberOf(json: Buffer, object: number, wanted: string): number | undefined {
  for (const [key, value] of members(json, object)) if (key === wanted) return value;
  return undefined;
}

/** The members of an object that are strings. */
function stringsOf(json: Buffer, object: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of members(json, object)) {
    if (json[value] === QUOTE) found.set(key, stringAt(json, value, skipString(json, value)));
  }
  return found;
}

/** Keys of an object and where their values begin. */
function* members(json: Buffer, object: number): Generator<readonly [string, number]> {
  if (json[object] !== OPEN_BRACE) return;
  let at = skipBlanks(json, object + 1);
  while (json[at] === QUOTE) {
    const afterKey = skipString(json, at);
    // Past the colon.
    const value = skipBlanks(json, skipBlanks(json, afterKey) + 1);
    yield [stringAt(json, at, afterKey), value];
    at = skipBlanks(json, skipValue(json, value));
    if (json[at] !== COMMA) return;
    at = skipBlanks(json, at + 1);
  }
}

function skipBlanks(json: Buffer, from: number): number {
  let at = from;
  while ((json[at] ?? QUOTE) <= 0x20) at += 1;
  return at;
}

/** @param from Where a string's first quote is. @returns Where the text goes on after its last one. */
function skipString(json: Buffer, from: number): number {
  for (let at = json.indexOf(QUOTE, from + 1); at !== -1; at = json.indexOf(QUOTE, at + 1)) {
    let backslashes = 0;
    while (json[at - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return json.length;
}

function skipValue(json: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = skipString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      // The end of what the value is in: a number, true, false or null ends before it.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return at;
    at += 1;
  }
  return at;
}

function stringAt(json: Buffer, from: number, to: number): string {
  const text = json.toString('utf8', from, to);
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}
