import { KubestairError } from '../errors.ts';
import type { BackupSummary } from '../report/model.ts';
import type { Manifest } from './manifest.ts';

declare const verified: unique symbol;

/**
 * A backup that an upgrade may rely on. What changes nodes takes one, and only acceptForUpgrade() makes them, so a path that
 * skips the backup does not compile.
 */
export type VerifiedBackup = BackupSummary & { readonly [verified]: true };

/**
 * Accepts a backup that is complete and was read back from the store.
 * @throws KubestairError BACKUP_PARTIAL naming the kinds that are missing; STORE_CORRUPT when nothing proves the parts
 */
export function acceptForUpgrade(summary: BackupSummary): VerifiedBackup {
  const { manifest } = summary;
  const missing = missingKinds(manifest);
  if (manifest.state === 'partial' || missing.length > 0) {
    const kinds = missing.map(({ name, error }) => `${name} (${error})`).join('; ');
    throw new KubestairError('BACKUP_PARTIAL', `the backup is without ${kinds || 'some kinds'}`, {
      object: manifest.id,
      next: 'Repair the API that does not answer or delete its APIService, give the user the right to list every kind, then run the command again.',
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

/** Kinds that the backup does not hold, as `resource.group`, and why. */
export function missingKinds(
  manifest: Manifest,
): readonly { readonly name: string; readonly error: string }[] {
  return manifest.resources
    .filter((resource) => resource.part === undefined)
    .map(({ group, resource, error }) => ({
      name: group === '' ? resource : `${resource}.${group}`,
      error: error ?? 'no reason given',
    }));
}
