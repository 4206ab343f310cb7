import type { WorkersFile } from './workers-schema.ts';

/** How workers are taken through an upgrade. */
export type WorkersConfig = RollingWorkers | AllAtOnceWorkers;

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

/** @returns keys of the file that mean nothing to its strategy, too */
export function toWorkers(file: WorkersFile): {
  readonly workers: WorkersConfig;
  readonly unused: readonly ('maxUnavailable' | 'order' | 'canary')[];
} {
  const { perHop, parallel, strategy, maxUnavailable = 1, order = [], canary } = file;
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
        unused: [],
      };
    case 'all-at-once':
      return {
        workers: { ...common, strategy },
        unused: (['maxUnavailable', 'order', 'canary'] as const).filter((key) => file[key] !== undefined),
      };
  }
}
