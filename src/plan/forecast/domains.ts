/** How many pods of a kind each topology domain has. */
export interface DomainCounts {
  /** Every domain that counts, those without a pod included. */
  readonly domains: ReadonlySet<string>;
  /** Pods of the domains that have any. */
  readonly at: ReadonlyMap<string, number>;
  /** How many domains have so many pods. */
  readonly domainsWith: ReadonlyMap<number, number>;
}

/** Changes of counts by domain: what a drain takes away and puts elsewhere. */
export type DomainShift = ReadonlyMap<string, number>;

/** @param pods the domain of each pod; those outside of the domains are left out */
export function countDomains(domains: ReadonlySet<string>, pods: Iterable<string>): DomainCounts {
  const at = new Map<string, number>();
  for (const domain of pods) if (domains.has(domain)) at.set(domain, (at.get(domain) ?? 0) + 1);
  const domainsWith = new Map([[0, domains.size - at.size]]);
  for (const count of at.values()) domainsWith.set(count, (domainsWith.get(count) ?? 0) + 1);
  return { domains, at, domainsWith };
}

/** Pods of a domain after a shift. */
export function countAt({ at }: DomainCounts, shift: DomainShift, domain: string): number {
  return (at.get(domain) ?? 0) + (shift.get(domain) ?? 0);
}

/** Pods in all domains after a shift. */
export function countAll({ domainsWith }: DomainCounts, shift: DomainShift): number {
  let sum = 0;
  for (const [count, number] of domainsWith) sum += count * number;
  for (const change of shift.values()) sum += change;
  return sum;
}

/**
 * Fewest pods of any domain after a shift, found without a look at every domain.
 * @param without domains that do not count any more
 */
export function fewest(
  { domains, at, domainsWith }: DomainCounts,
  shift: DomainShift,
  without: readonly string[] = [],
): number {
  const gone = new Set(without);
  const changed = new Set([...shift.keys(), ...gone]);
  const others = new Map(domainsWith);
  let least = Number.POSITIVE_INFINITY;
  for (const domain of changed) {
    if (!domains.has(domain)) continue;
    const before = at.get(domain) ?? 0;
    others.set(before, (others.get(before) ?? 1) - 1);
    if (!gone.has(domain)) least = Math.min(least, before + (shift.get(domain) ?? 0));
  }
  for (const [count, left] of others) if (left > 0) least = Math.min(least, count);
  return Number.isFinite(least) ? least : 0;
}
