import { isAtLeastMinor } from '../cluster/version.ts';
import type { DeprecatedApi } from '../tables/apis.ts';
import type { Hop } from './plan.ts';

/** What becomes of an API version on a path. */
export type Fate =
  /** The first hop whose target does not serve it. */
  | { readonly kind: 'removed'; readonly hop: Hop }
  /** It was not served before either. */
  | { readonly kind: 'gone' }
  /** The end of the path serves it, and a later release will not. */
  | { readonly kind: 'deprecated' }
  | { readonly kind: 'stays' };

export function fateOf({ deprecatedIn, removedIn }: DeprecatedApi, hops: readonly Hop[]): Fate {
  const [first] = hops;
  const last = hops.at(-1);
  if (first === undefined || last === undefined) return { kind: 'stays' };
  if (isAtLeastMinor(first.from, removedIn)) return { kind: 'gone' };
  const hop = hops.find(({ to }) => isAtLeastMinor(to, removedIn));
  if (hop !== undefined) return { kind: 'removed', hop };
  const deprecated = deprecatedIn !== undefined && isAtLeastMinor(last.to, deprecatedIn);
  return { kind: deprecated ? 'deprecated' : 'stays' };
}
