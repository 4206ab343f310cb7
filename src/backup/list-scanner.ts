const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A list carries a few hundred bytes around its items; what carries more than this is no Kubernetes list. */
const ENVELOPE_LIMIT = 1024 * 1024;

/** Strings are searched byte by byte so far, and natively beyond: calling the native search takes as long as so many bytes. */
const NEAR_BYTES = 48;

/** What a list says about itself, around its items. */
export interface ListEnvelope {
  readonly resourceVersion: string;
  /** Token for the next page; empty on the last one. */
  readonly continueToken: string;
  readonly items: number;
}

export interface ListScanner {
  /**
   * The items' share of a chunk as NDJSON: each object's own text, one a line. May be empty. It is made in the chunk's own memory,
   * which is not to be used otherwise. @throws MalformedListError
   */
  push(chunk: Uint8Array): Uint8Array;
  /** Token for the next page, as soon as the list has told: before its items or after. Empty until then, and on the last page. */
  nextPage(): string;
  /** @throws MalformedListError when the body ended early or is no list. */
  finish(): ListEnvelope;
}

/** A body that is not the JSON of a Kubernetes list, or not all of it. */
export class MalformedListError extends Error {
  override readonly name = 'MalformedListError';
}

/**
 * Splits the JSON of a Kubernetes list into its items as the bytes arrive, without parsing them: a parser would corrupt the
 * integers beyond 2^53 that custom resources may hold, and is slower. The text of an item stays as it is, but for line breaks
 * between its tokens, which become spaces. `metadata` may come before the items (built-in kinds) or after (custom resources).
 */
export function scanList(): ListScanner {
  const envelope: Buffer[] = [];
  let envelopeBytes = 0;
  let position: 'before' | 'items' | 'after' = 'before';
  let depth = 0;
  let inString = false;
  /** Set when a chunk ended between a backslash and the byte it escapes. */
  let escaped = false;
  let expected: 'item or end' | 'item' | 'comma or end' = 'item or end';
  let items = 0;

  function push(chunk: Uint8Array): Uint8Array {
    if (position === 'after') {
      keep(chunk);
      return new Uint8Array();
    }
    const start = position === 'items' ? 0 : findItems(chunk);
    if (start === undefined) return new Uint8Array();
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset + start, chunk.length - start);
    const begunBefore = items > 0;
    const end = splitItems(bytes);
    const from = begunBefore ? 0 : bytes.indexOf(OPEN_BRACE);
    if (end === undefined) return from === -1 ? new Uint8Array() : bytes.subarray(from);
    keep(chunk.subarray(start + end));
    position = 'after';
    if (items === 0) return new Uint8Array();
    bytes[end] = LINE_FEED;
    return bytes.subarray(from, end + 1);
  }

  /** Index of the first byte after `"items":[`, if it is in this chunk. */
  function findItems(chunk: Uint8Array): number | undefined {
    for (let index = inString ? skipString(chunk, 0) : 0; index < chunk.length; index++) {
      const byte = chunk[index];
      if (byte === QUOTE) index = skipString(chunk, index + 1) - 1;
      else if (byte === OPEN_BRACKET && depth === 1 && followsItemsKey(chunk.subarray(0, index))) {
        keep(chunk.subarray(0, index + 1));
        position = 'items';
        depth = 0;
        return index + 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    }
    keep(chunk);
    return undefined;
  }

  function followsItemsKey(before: Uint8Array): boolean {
    // A quote inside of a string has a backslash before it, so only a key can match.
    return /[{,\s]"items"\s*:\s*$/.test(Buffer.concat([...envelope, before]).toString('latin1'));
  }

  /** Makes lines of items in place. Index of the bracket that ends the items, if it is in these bytes. */
  function splitItems(bytes: Uint8Array): number | undefined {
    // Local, since this loop is the export's hottest.
    let level = depth;
    for (let index = inString ? skipString(bytes, 0) : 0; index < bytes.length; index++) {
      const byte = bytes[index];
      if (byte === QUOTE && level > 0) index = skipString(bytes, index + 1) - 1;
      else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) bytes[index] = SPACE;
      else if (level === 0) {
        if (byte === CLOSE_BRACKET && expected !== 'item') return index;
        if (byte === OPEN_BRACE) level = 1;
        if (isSeparator(byte)) bytes[index] = LINE_FEED;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) level++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --level === 0) expected = 'comma or end';
    }
    depth = level;
    return undefined;
  }

  /** Takes a byte between items; whether it is the comma after one. */
  function isSeparator(byte: number | undefined): boolean {
    if (byte === SPACE || byte === TAB) return false;
    if (byte === COMMA && expected === 'comma or end') {
      expected = 'item';
      return true;
    }
    if (byte !== OPEN_BRACE || expected === 'comma or end') {
      throw new MalformedListError(`the list has byte ${byte} where ${expected} was expected`);
    }
    items++;
    return false;
  }

  /** Index after the string that `start` is in, or the length when it does not end in these bytes. */
  function skipString(bytes: Uint8Array, start: number): number {
    let index = escaped ? start + 1 : start;
    const near = Math.min(bytes.length, index + NEAR_BYTES);
    for (; index < near; index++) {
      const byte = bytes[index];
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) break;
    }
    if (index >= near && index < bytes.length) index = skipLongString(bytes, index);
    inString = index >= bytes.length;
    escaped = index > bytes.length;
    return Math.min(index + 1, bytes.length);
  }

  /** Index of the quote that ends the string that `start` is in, or where it would go on in the next bytes. */
  function skipLongString(bytes: Uint8Array, start: number): number {
    for (let from = start; ; ) {
      const quote = bytes.indexOf(QUOTE, from);
      const end = quote === -1 ? bytes.length : quote;
      let before = end;
      while (before > start && bytes[before - 1] === BACKSLASH) before--;
      const isEscaped = (end - before) % 2 === 1;
      if (quote === -1) return isEscaped ? end + 1 : end;
      if (!isEscaped) return quote;
      from = quote + 1;
    }
  }

  function keep(bytes: Uint8Array): void {
    envelopeBytes += bytes.length;
    if (envelopeBytes > ENVELOPE_LIMIT) throw new MalformedListError('the answer is no list of objects');
    envelope.push(Buffer.from(bytes));
  }

  function nextPage(): string {
    if (position !== 'items') return '';
    const begun = Buffer.concat(envelope).toString('utf8');
    return parseEnvelopeJson(`${begun}]}`).metadata?.continue ?? '';
  }

  function finish(): ListEnvelope {
    if (position === 'items') throw new MalformedListError('the list ended in the middle of its items');
    const list = parseEnvelope(Buffer.concat(envelope).toString('utf8'));
    if (Array.isArray(list.items) ? list.items.length > 0 : list.items !== undefined && list.items !== null) {
      throw new MalformedListError('the list holds its items in a form that is not understood');
    }
    return {
      resourceVersion: list.metadata?.resourceVersion ?? '',
      continueToken: list.metadata?.continue ?? '',
      items,
    };
  }

  return { push, nextPage, finish };
}

interface EnvelopeJson {
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: unknown;
}

function parseEnvelope(text: string): EnvelopeJson {
  const list = parseEnvelopeJson(text);
  if ('metadata' in list) return list;
  throw new MalformedListError('the answer is no list of objects');
}

function parseEnvelopeJson(text: string): EnvelopeJson {
  const list = parseJson(text);
  if (typeof list === 'object' && list !== null && !Array.isArray(list)) return list;
  throw new MalformedListError('the answer is no list of objects');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedListError('the list ended early or is not valid JSON', { cause: error });
  }
}
