import * as z from 'zod';
import type { Location } from '../errors.ts';

/** A finding that the file's owners live with, by name, for a reason, until a day. */
export interface Acceptance {
  readonly check: string;
  /** The object as the finding names it. */
  readonly object: string;
  readonly reason: string;
  /** Last day on which it counts, as `2027-01-31`, in UTC. */
  readonly until: string;
  /** Where it is written. */
  readonly at: Location;
}

const text = (about: string) => z.string().min(1, 'must not be empty').describe(about);

/** The list spec.accept of the cluster file. */
export const acceptList = z
  .array(
    z.strictObject({
      check: text('Id of the check, as a finding and docs/checks.md name it.'),
      object: text('The object, as the finding names it.'),
      reason: text('Why it may stay; shown with the finding.'),
      until: z.iso
        .date({ error: 'must be a day such as 2027-01-31' })
        .describe('Last day on which it counts, in UTC.'),
    }),
  )
  .default([])
  .describe('Findings to live with for a while. Those of mandatory checks cannot be accepted.');
