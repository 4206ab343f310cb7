import { type ErrorCode, KubestairError } from '../errors.ts';
import type { BackupSummary } from '../report/model.ts';
import { lastProof, PROOF_KINDS } from './last-proof.ts';
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

/** What an upgrade cannot do without; a drill and a rehearsal count where they were made. */
const DEMANDED = ['checksums', 'cross-proof'] as const;

/**
 * Accepts a backup that is complete and proven: it was read back from the store, its export is what its snapshot holds, and no proof
 * that was made of it failed.
 * @throws KubestairError BACKUP_PARTIAL naming the kinds that are missing; BACKUP_INCONSISTENT naming those that are of another time;
 *   BACKUP_UNPROVEN for a proof that is missing; the code of one that failed
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
  const problem = failedProof(manifest) ?? missingProof(manifest);
  if (problem !== undefined) throw problem;
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

/** The first proof of a backup that failed, as an error; undefined if none did. */
export function failedProof(manifest: Manifest): KubestairError | undefined {
  const failed = PROOF_KINDS.map((kind) => lastProof(manifest, kind)).find(
    (proof) => proof?.result === 'failed',
  );
  if (failed === undefined) return undefined;
  const { kind, detail, code = 'BACKUP_UNPROVEN', next } = failed;
  return new KubestairError(code, `the ${kind} of the backup failed: ${detail}`, {
    object: manifest.id,
    next: next ?? 'Take another backup.',
  });
}

function missingProof(manifest: Manifest): KubestairError | undefined {
  const missing = DEMANDED.find((kind) => lastProof(manifest, kind)?.result !== 'passed');
  if (missing === undefined) return undefined;
  const tried = manifest.proofs.findLast(({ kind }) => kind === missing);
  const why = tried === undefined ? 'none was made' : tried.detail;
  return new KubestairError('BACKUP_UNPROVEN', `the backup has no ${missing}: ${why}`, {
    object: manifest.id,
    next: tried?.next ?? 'Take a new backup.',
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
