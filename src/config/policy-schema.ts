import * as z from 'zod';
import { wantedDuration } from './values.ts';

/** What a plan must keep to; every one of them is absent where the file does not ask for it. */
export interface PolicyConfig {
  /** A proven backup in the store must be younger when a plan is made. */
  readonly maxBackupAgeSeconds?: number;
  /** Nodes that may be drained together. */
  readonly maxNodesAway?: number;
  /** How long a node may be away, as expected. */
  readonly maxAbsenceSeconds?: number;
  /** Workloads that may be without any pod for a time. */
  readonly maxOutages?: number;
}

/** The map spec.policy of the cluster file. */
export const policySchema = z
  .strictObject({
    maxBackupAge: z.exactOptional(
      wantedDuration(
        'How old the newest proven backup in the store may be when a plan is made, for example `24h`; an upgrade takes a new one all the same.',
      ),
    ),
    maxNodesAway: z.exactOptional(
      z.int().min(1, 'must be 1 or more').describe('How many nodes a plan may drain together.'),
    ),
    maxAbsence: z.exactOptional(
      wantedDuration('How long a plan may expect one node to be away, for example `15m`.'),
    ),
    maxOutages: z.exactOptional(
      z
        .int()
        .min(0, 'must be 0 or more')
        .describe('How many workloads a plan may leave without any pod for a time.'),
    ),
  })
  .prefault({})
  .describe('Bounds that a plan must keep to; beyond them it is blocked.');

export function toPolicy(written: z.output<typeof policySchema>): PolicyConfig {
  const { maxBackupAge, maxAbsence, maxNodesAway, maxOutages } = written;
  return {
    ...(maxBackupAge !== undefined && { maxBackupAgeSeconds: maxBackupAge }),
    ...(maxAbsence !== undefined && { maxAbsenceSeconds: maxAbsence }),
    ...(maxNodesAway !== undefined && { maxNodesAway }),
    ...(maxOutages !== undefined && { maxOutages }),
  };
}
