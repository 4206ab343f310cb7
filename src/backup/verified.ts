import { type ErrorCode, KubestairError } from '../errors.ts';
import type { BackupSummary } from '../report/model.ts';
import type { Manifest, ResourcePart } from './manifest.ts';

declare const verified: unique symbol;

/**
 * A backup that an upgrade may rely on. What changes nodes takes one, and only acceptForUpgrade() makes them, so a path that
 * skips the backup does not compile.
 */
export type VerifiedBackup = BackupSummary & { readonly [verified]: true };

/** What a backup lacks, for a KubestairError or a Problem. */
export interface Shortcoming {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next: string;
}

/**
 * Accepts a backup that is complete and was read back from the store.
 * @throws KubestairError BACKUP_PARTIAL naming the kinds that are missing; BACKUP_INCONSISTENT naming those that are of another time;
 *   STORE_CORRUPT when nothing proves the parts
 */
export function acceptForUpgrade(summary: BackupSummary): VerifiedBackup {
  const { manifest } = summary;
  const lack = shortcomingOf(manifest);
  if (lack !== undefined) {
    throw new KubestairError(lack.code, `the backup is ${lack.message}`, {
      object: manifest.id,
      next: lack.next,
    });
  }
  if (!manifest.proofs.some((proof) => proof.kind === 'checksums' && proof.result === 'passed')) {
    throw new KubestairError('STORE_CORRUPT', 'nothing proves that the store holds what was written', {
      object: manifest.id,
      next: 'Take a new backup.',
    });
  }
  return summary as VerifiedBackup;
}

/**
 * Accepts a backup that holds a proven snapshot of etcd, whatever else it lacks: what touches etcd alone needs no more to go back.
 * @throws KubestairError BACKUP_WITHOUT_ETCD; BACKUP_UNPROVEN
 */
export function acceptSnapshot(summary: BackupSummary): BackupSummary {
  const { id, etcd, proofs } = summary.manifest;
  if (etcd === undefined) {
    throw new KubestairError('BACKUP_WITHOUT_ETCD', 'the backup holds no snapshot of etcd', {
      object: id,
      next: 'Look at the warnings above for what kept the snapshot from being taken, then run the same command again.',
    });
  }
  const bad = proofs.find(({ result }) => result === 'failed');
  if (bad === undefined) return summary;
  throw new KubestairError('BACKUP_UNPROVEN', `the proof ${bad.kind} of the backup failed: ${bad.detail}`, {
    object: id,
    next: 'Run the same command again: it takes a new backup. Nothing was changed.',
  });
}

/** Why a backup is less than whole, to follow "the backup is"; undefined if it is not. */
export function shortcomingOf(manifest: Manifest): Shortcoming | undefined {
  const missing = missingKinds(manifest);
  if (missing.length > 0) {
    return {
      code: 'BACKUP_PARTIAL',
      message: `without ${missing.join('; ')}`,
      next: 'Repair the API that does not answer or delete its APIService, give the user the right to list every kind, then run the command again.',
    };
  }
  const expired = manifest.resources.filter((resource) => resource.consistency === 'expired').map(nameOf);
  if (expired.length === 0) return undefined;
  return {
    code: 'BACKUP_INCONSISTENT',
    message: `not of one time: the API server compacted resource version ${manifest.resourceVersion} before ${expired.join(', ')} could be listed at it`,
    next: 'Run the backup closer to the API server, or raise its --etcd-compaction-interval (5m by default), then run the command again.',
  };
}

/** Kinds that the backup does not hold, and why. */
function missingKinds({ state, resources }: Manifest): readonly string[] {
  const missing = resources
    .filter(({ part, accepted }) => part === undefined && accepted === undefined)
    .map((resource) => `${nameOf(resource)} (${resource.error ?? 'no reason given'})`);
  if (state === 'partial' && resources.every(isWhole)) return ['some kinds'];
  return missing;
}

/** Whether a kind is in the backup as its format promises, or missing by consent. */
export function isWhole({ part, consistency, accepted }: ResourcePart): boolean {
  return part === undefined ? accepted !== undefined : consistency !== 'expired';
}

function nameOf({ group, resource }: ResourcePart): string {
  return group === '' ? resource : `${resource}.${group}`;
}
