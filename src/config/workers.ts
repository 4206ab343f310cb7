import type { WorkersFile } from './workers-schema.ts';

const ROLLING_ONLY = ['maxUnavailable', 'order', 'canary'] as const;

/** How workers are taken through an upgrade. */
export type WorkersConfig = RollingWorkers | AllAtOnceWorkers | ReplaceWorkers;

interface CommonWorkers {
  /** Whether workers take part in every hop, or only where the version skew policy asks for it. */
  readonly perHop: boolean;
  /** Hosts that are worked on at the same time. */
  readonly parallel: number;
}

export interface RollingWorkers extends CommonWorkers {
  readonly strategy: 'rolling';
  /** Workers that may be away together: a number, or a percentage of all of them as `10%`. */
  readonly maxUnavailable: number | string;
  /** Label selectors in the order in which workers are taken; `*` stands for those that no other one selects. */
  readonly order: readonly string[];
  readonly canary?: { readonly selector: string; readonly soakSeconds: number };
}

export interface AllAtOnceWorkers extends CommonWorkers {
  readonly strategy: 'all-at-once';
}

export interface ReplaceWorkers extends CommonWorkers {
  readonly strategy: 'replace';
  /** Hosts to begin with; those that become free follow. */
  readonly spares: readonly SpareHost[];
}

/** A host that belongs to no cluster yet. */
export interface SpareHost {
  readonly name: string;
  readonly address: string;
}

/** @returns keys of the file that mean nothing to its strategy, too */
export function toWorkers(file: WorkersFile): {
  readonly workers: WorkersConfig;
  readonly unused: readonly ((typeof ROLLING_ONLY)[number] | 'spares')[];
} {
  const { perHop, parallel, strategy, maxUnavailable = 1, order = [], canary, spares = [] } = file;
  const common = { perHop, parallel };
  switch (strategy) {
    case 'rolling':
      return {
        workers: {
          ...common,
          strategy,
          maxUnavailable,
          order,
          ...(canary !== undefined && { canary: { selector: canary.selector, soakSeconds: canary.soak } }),
        },
        unused: file.spares === undefined ? [] : ['spares'],
      };
    case 'all-at-once':
      return {
        workers: { ...common, strategy },
        unused: ([...ROLLING_ONLY, 'spares'] as const).filter((key) => file[key] !== undefined),
      };
    case 'replace':
      // A host joins at the last version at once: hops on the way would only move pods.
      return {
        workers: { ...common, perHop: false, strategy, spares },
        unused: ROLLING_ONLY.filter((key) => file[key] !== undefined),
      };
  }
}
