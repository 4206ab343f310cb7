import type { VersionText } from '../../cluster/observation.ts';
import { backupContents, backupProofs, backupUrl } from '../backup-facts.ts';
import { goBack } from '../go-back.ts';
import type { BackupSummary } from '../model.ts';
import { indented, type Paint } from './paint.ts';

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

/** The way back, in short: the summary of an Action run and the Markdown output have the long form. */
export function goBackText(backup: BackupSummary, version: VersionText, paint: Paint): string {
  const way = goBack(backup, version);
  if (way === undefined) return '';
  return [
    paint('bold', `To go back to ${version}`),
    ...way.about.map((line) => `  ${line}`),
    ...way.fetch.map((line) => `  $ ${line}`),
    ...way.steps.map((line, index) => indented(`${index + 1}. ${line}`, '  ')),
  ].join('\n');
}
