import type { EvictionRefusal } from './eviction.ts';

/** What the API server answered when it was asked to evict pods without effect (`dryRun: All`). */
export interface Rehearsal {
  readonly answers: readonly RehearsalAnswer[];
  /** Evictions like those that were asked about, theirs included. */
  readonly covered: number;
  /** Evictions that nobody was asked about, since that would have been too many requests. */
  readonly left: number;
}

export interface RehearsalAnswer {
  /** As `Deployment/default/web`. */
  readonly workload: string;
  readonly namespace: string;
  /** The pod that was asked about, for the others of its workload under the same budgets. */
  readonly pod: string;
  /** How many evictions the answer stands for. */
  readonly alike: number;
  readonly answer: { readonly kind: 'allowed' } | EvictionRefusal;
}
