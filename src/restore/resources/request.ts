import type { Manifest } from '../../backup/manifest.ts';
import type { BackupSource } from '../../backup/unseal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import type { Log } from '../../ports/log.ts';
import type { Selection } from './selection.ts';

/** What to do with an object that is there and differs from the backup. */
export type ExistingPolicy = 'skip' | 'update' | 'fail';

export interface RestoreRequest {
  readonly manifest: Manifest;
  readonly selection: Selection;
  readonly existing: ExistingPolicy;
  /** Ask the API server about every object, and change nothing. */
  readonly dryRun: boolean;
}

export interface RestoreDeps {
  readonly kube: Kube;
  readonly source: BackupSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}
