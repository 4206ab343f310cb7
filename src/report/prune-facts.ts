import { type PruneReport, SAFE_AGE_HOURS } from '../backup/prune.ts';
import { count, formatBytes, formatTime } from './units.ts';

/** The rule in the words of the cluster file. */
export function ruleLine({ keep }: PruneReport): string {
  if (keep === undefined) return 'spec.backup.keep is not set, so every backup stays';
  return `keep ${Object.entries(keep)
    .map(([rule, number]) => `${rule} ${number}`)
    .join(', ')}`;
}

/** What it came to, in a sentence. */
export function prunedLine({ deleted, kept, locked, swept, dryRun }: PruneReport): string {
  const bytes = deleted.reduce((sum, one) => sum + one.bytes, 0);
  const what = deleted.length === 0 ? 'nothing' : `${countOf(deleted)} (${formatBytes(bytes)})`;
  const still = locked.length === 0 ? '' : `, ${locked.length} locked by the store`;
  const uploads = swept === 0 ? '' : `, removed what ${count(swept, 'cut-off upload')} had left`;
  return `${dryRun ? 'would delete' : 'deleted'} ${what}, ${dryRun ? 'would keep' : 'kept'} ${count(kept.length, 'backup')}${still}${uploads}`;
}

/** What was deleted and what could not be, and what lies there besides: a title and its lines each. */
export function prunedLists(
  report: PruneReport,
): readonly { readonly title: string; readonly lines: readonly string[] }[] {
  const { deleted, locked, young, unreadable, dryRun } = report;
  return [
    {
      title: dryRun ? 'Would be deleted' : 'Deleted',
      lines: deleted.map(
        ({ id, what, bytes }) =>
          `${id}  ${what === 'backup' ? 'backup' : 'remains without a manifest'}, ${formatBytes(bytes)}`,
      ),
    },
    {
      title: 'Locked by the store',
      lines: locked.map(({ id, lock }) => `${id}  ${lockText(lock)}`),
    },
    {
      title: 'Left alone',
      lines: [
        ...young.map(
          (id) => `${id}  has no manifest yet, and was written to in the last ${SAFE_AGE_HOURS} hours`,
        ),
        ...unreadable.map(({ id, reason }) => `${id}  ${reason}`),
      ],
    },
  ].filter(({ lines }) => lines.length > 0);
}

function lockText({ until, legalHold }: PruneReport['locked'][number]['lock']): string {
  const held = legalHold ? ['by a legal hold'] : [];
  return [...(until === undefined ? [] : [`until ${formatTime(until)}`]), ...held].join(', and ');
}

function countOf(deleted: PruneReport['deleted']): string {
  const backups = deleted.filter(({ what }) => what === 'backup').length;
  const remains = deleted.length - backups;
  return [
    ...(backups > 0 ? [count(backups, 'backup')] : []),
    ...(remains > 0 ? [`remains of ${remains}`] : []),
  ].join(' and ');
}
