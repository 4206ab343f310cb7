import { backupContents, backupProofs, backupUrl } from '../backup-facts.ts';
import type { GoBack } from '../go-back.ts';
import type { BackupSummary } from '../model.ts';
import type { Paint } from './paint.ts';

/** Where a backup is, what it holds and how that was proven. */
export function backupText(backup: BackupSummary, paint: Paint): string {
  const { manifest } = backup;
  const sealed =
    manifest.recipients.length === 0 ? 'not encrypted' : `encrypted to ${manifest.recipients.join(', ')}`;
  const state = manifest.state === 'complete' ? paint('green', 'complete') : paint('yellow', 'partial');
  return [
    `${paint('bold', 'Backup')} ${manifest.id} (${state})`,
    `  ${backupUrl(backup)}`,
    ...backupContents(manifest).map((line) => `  ${line}`),
    `  ${sealed}`,
    ...backupProofs(manifest).map((line) => `  ${line}`),
  ].join('\n');
}

/** The way back. */
export function goBackText({ to, about, commands }: GoBack, paint: Paint): string {
  return [
    paint('bold', `To go back to ${to}`),
    ...about.map((line) => `  ${line}`),
    ...commands.map((line) => `  $ ${line}`),
  ].join('\n');
}
