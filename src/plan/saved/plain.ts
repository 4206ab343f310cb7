/**
 * Data as JSON and back. Dates and maps, which JSON does not have, are tagged; anything else that JSON would change or lose is
 * an error, so that what was saved is what was seen.
 */

/** @throws TypeError naming the place of what cannot be saved: functions, undefined in a list, big integers, classes */
export function toPlain(value: unknown, at = '$'): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Map) {
    return {
      $map: [...value].map(([key, inner], index) => [toPlain(key, at), toPlain(inner, `${at}(${index})`)]),
    };
  }
  if (Array.isArray(value)) return value.map((inner, index) => toPlain(inner, `${at}[${index}]`));
  if (isRecord(value)) {
    const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(kept.map(([key, inner]) => [key, toPlain(inner, `${at}.${key}`)]));
  }
  throw new TypeError(`${at} cannot be saved: it is ${describe(value)}`);
}

export function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (!isRecord(value)) return value;
  if (typeof value.$date === 'string') return new Date(value.$date);
  if (Array.isArray(value.$map)) {
    return new Map(
      value.$map.map((entry) => (Array.isArray(entry) ? [fromPlain(entry[0]), fromPlain(entry[1])] : [])) as [
        unknown,
        unknown,
      ][],
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromPlain(inner)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' ? `a ${value?.constructor.name}` : `of type ${typeof value}`;
}
