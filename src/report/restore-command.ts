import { commandLine } from './commands.ts';
import type { RestoreResult } from './model.ts';

/** The command line that goes on with a restore or a rollback. */
export function restoreCommand({ command, file, restore }: RestoreResult): string {
  return `${commandLine(command, file)} --from ${restore.backupId} --confirm ${restore.cluster}`;
}
