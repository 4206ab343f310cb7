import { SAFE_AGE_HOURS } from '../backup/prune.ts';
import type { Catalogue, ListedBackup } from './model.ts';
import { count, formatBytes, formatSeconds, secondsBetween } from './units.ts';

/** How many backups there are, and what they take. */
export function catalogueLine({ backups, remains, unreadable }: Catalogue): string {
  const bytes = [...backups, ...remains, ...unreadable].reduce((sum, folder) => sum + folder.bytes, 0);
  return `${count(backups.length, 'backup')}, ${formatBytes(bytes)} in the store`;
}

/** `45m`, `1h 02m`, `12 days`. */
export function ageOf(from: string, now: string): string {
  const seconds = Math.max(0, secondsBetween(from, now));
  const days = Math.floor(seconds / 86_400);
  return days >= 2 ? `${days} days` : formatSeconds(seconds);
}

/** `complete`, `partial`, `inconsistent`. */
export function stateOf({ state, lacks }: ListedBackup): string {
  return lacks === 'BACKUP_INCONSISTENT' ? 'inconsistent' : state;
}

export function sealedOf({ recipients }: ListedBackup): string {
  return recipients === 0 ? 'no' : 'yes';
}

/** What it passed, and what it did not: `checksums, drill failed`. */
export function proofsOf({ proofs }: ListedBackup): string {
  const found = Object.entries(proofs).map(([kind, result]) =>
    result === 'passed' ? kind : `${kind} FAILED`,
  );
  return found.length === 0 ? 'none' : found.join(', ');
}

/** What lies there and is no backup that this version could use, a sentence each. */
export function leftoverLines({ remains, unreadable, at }: Catalogue): readonly string[] {
  return [
    ...remains.map(({ id, bytes, writtenAt }) => {
      const old = secondsBetween(writtenAt, at) > SAFE_AGE_HOURS * 3600;
      const why = old ? 'it was cut off, and prune removes it' : 'it is being written, or was cut off';
      return `${id} has no manifest: ${why} (${formatBytes(bytes)}, last written ${ageOf(writtenAt, at)} ago)`;
    }),
    ...unreadable.map(({ id, bytes, reason }) => `${id} cannot be read: ${reason} (${formatBytes(bytes)})`),
  ];
}
