import type { VersionText } from '../../cluster/observation.ts';
import { backupContents, backupProofs, backupUrl } from '../backup-facts.ts';
import { goBack } from '../go-back.ts';
import type { BackupSummary } from '../model.ts';
import { block, code, details, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

export function backupSections(backup: BackupSummary, goBackTo: VersionText | undefined): readonly Section[] {
  const way = goBackTo === undefined ? '' : goBackText(backup, goBackTo);
  return [
    { name: 'backup', keep: 'always', text: `### Backup\n\n${facts(backup)}` },
    { name: 'how to go back', keep: KEEP.goBack, text: way },
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

function goBackText(backup: BackupSummary, version: VersionText): string {
  const way = goBack(backup, version);
  if (way === undefined) return '';
  const steps = way.steps.map((step, index) => `${index + 1}. ${md(step)}`);
  const body = [
    ...way.about.map(md),
    'Fetch the parts and check them; other servers than AWS need `--endpoint-url`:',
    block('sh', way.fetch),
    steps.join('\n'),
  ].join('\n\n');
  return details('How to go back', body);
}
