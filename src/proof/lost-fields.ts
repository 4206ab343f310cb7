/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const MOST = 5;

/**
 * What one form of an object has and the other has not, as paths (`spec.containers[0].image`): values that are gone or other ones.
 * What the other has besides is no loss: a later version fills in defaults.
 */
export function lostFields(before: Json, after: Json): readonly string[] {
  const lost: string[] = [];
  compare(before, after, '', lost);
  return lost;
}

function compare(before: Json, after: Json | undefined, path: string, lost: string[]): void {
  if (lost.length >= MOST || before === after) return;
  if (Array.isArray(before)) {
    const other = Array.isArray(after) ? after : [];
    if (other.length !== before.length) return void lost.push(path);
    for (const [at, value] of before.entries()) compare(value, other[at], `${path}[${at}]`, lost);
    return;
  }
  if (!isObject(before)) return void (isEmpty(before) && after === undefined ? undefined : lost.push(path));
  if (after !== undefined && !isObject(after)) return void lost.push(path);
  for (const [key, value] of Object.entries(before)) {
    compare(value, after?.[key], path === '' ? key : `${path}.${key}`, lost);
  }
}

/** An empty value and none mean the same in every API of Kubernetes that drops empty values. */
function isEmpty(value: Json): boolean {
  return value === null || value === '' || value === false || value === 0;
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
