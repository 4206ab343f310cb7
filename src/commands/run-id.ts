import { backupId } from '../backup/backup-id.ts';
import type { RunIo } from '../request/io.ts';

/** Names one run in cordons, the lock and the journal; sorts by time, in the form of a backup's id: `20261121T090507Z-3f9a`. */
export function newRunId({ clock, random }: RunIo): string {
  return backupId(clock.now(), Buffer.from(random(2)).toString('hex'));
}
