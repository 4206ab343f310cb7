import { canonicalJson } from '../canonical.ts';

/** One value that is not what it was. */
export interface Change {
  /** Path of the value, for example `workers.maxUnavailable`; empty for the whole. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What stands for a value that is not there. */
const NOTHING = 'nothing';
/** More of a value tells a reader nothing. */
const mostCharacters = 120;

/** Every leaf that differs between two values of plain data, in the order of their paths; lists are leaves. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (canonicalJson([was]) === canonicalJson([is])) return [];
    return [{ path, before: valueText(was), after: valueText(is) }];
  });
}

/** What came, what went and what stayed of two lists, each entry known by its key. */
export interface Matched<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly kept: readonly { readonly before: T; readonly after: T }[];
}

export function matchBy<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (entry: T) => string,
): Matched<T> {
  const [old, now] = [byKey(before, keyOf), byKey(after, keyOf)];
  return {
    added: [...now].flatMap(([key, entry]) => (old.has(key) ? [] : [entry])),
    removed: [...old].flatMap(([key, entry]) => (now.has(key) ? [] : [entry])),
    kept: [...now].flatMap(([key, entry]) => {
      const was = old.get(key);
      return was === undefined ? [] : [{ before: was, after: entry }];
    }),
  };
}

/** Entries of one key are told apart by their number. */
function byKey<T>(entries: readonly T[], keyOf: (entry: T) => string): ReadonlyMap<string, T> {
  const groups = Map.groupBy(entries, keyOf);
  return new Map(
    [...groups].flatMap(([key, own]) => own.map((entry, index): [string, T] => [`${key} ${index}`, entry])),
  );
}

function leavesOf(value: unknown, path = ''): ReadonlyMap<string, unknown> {
  if (!isRecord(value) || Object.keys(value).length === 0) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...leavesOf(inner, path === '' ? key : `${path}.${key}`),
    ]),
  );
}

function valueText(value: unknown): string {
  if (value === undefined || value === '') return NOTHING;
  if (value === null) return 'unknown';
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
