import type { ProofDifference, ProofException } from '../backup/manifest.ts';

/** Where the parts of a proof report to. */
export interface Tally {
  /** Objects that are the same on both sides. */
  same(count: number): void;
  except(exception: ProofException): void;
  differ(difference: ProofDifference): void;
}

export interface TallyReport {
  readonly objects: number;
  readonly exceptions: readonly ProofException[];
  readonly differences: number;
  /** The first of them. */
  readonly examples: readonly ProofDifference[];
}

const EXAMPLES = 20;

export function startTally(): { readonly tally: Tally; report(): TallyReport } {
  const exceptions: ProofException[] = [];
  const examples: ProofDifference[] = [];
  let objects = 0;
  let differences = 0;
  return {
    tally: {
      same: (count) => {
        objects += count;
      },
      except: (exception) => void exceptions.push(exception),
      differ(difference) {
        differences += 1;
        if (examples.length < EXAMPLES) examples.push(difference);
      },
    },
    report: () => ({ objects, exceptions, differences, examples }),
  };
}
