import type { Finding } from '../plan/plan.ts';

/** Why a finding may stay, and how long. */
export function acceptedBecause({ reason, until }: NonNullable<Finding['accepted']>): string {
  return `Accepted until ${until}: ${reason}`;
}
