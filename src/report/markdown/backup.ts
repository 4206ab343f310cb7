import { backupContents, backupProofs, backupUrl } from '../backup-facts.ts';
import type { GoBack } from '../go-back.ts';
import type { BackupSummary } from '../model.ts';
import { block, code, details, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

export function backupSections(backup: BackupSummary, way: GoBack | undefined): readonly Section[] {
  return [
    { name: 'backup', keep: 'always', text: `### Backup\n\n${facts(backup)}` },
    { name: 'how to go back', keep: KEEP.goBack, text: way === undefined ? '' : goBackText(way) },
  ];
}

function facts(backup: BackupSummary): string {
  const { manifest } = backup;
  const rows = [
    ['Id', `${code(manifest.id)} (${manifest.state})`],
    ['Where', code(backupUrl(backup))],
    ['Holds', backupContents(manifest).map(md).join('<br>')],
    ['Proof', backupProofs(manifest).map(md).join('<br>') || 'none'],
    ['Encrypted to', manifest.recipients.map(code).join('<br>') || 'nobody: the parts are plain'],
  ];
  return table(['', ''], rows);
}

function goBackText({ to, about, commands }: GoBack): string {
  return details(`How to go back to ${to}`, [...about.map(md), block('sh', commands)].join('\n\n'));
}
