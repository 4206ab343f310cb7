import { KubestairError } from '../errors.ts';

/** What a failed file operation below the store's directory means to its user. */
export function directoryError(error: unknown, root: string, object: string): KubestairError {
  const message = error instanceof Error ? error.message : String(error);
  const details = { object, cause: error };
  switch (codeOf(error)) {
    case 'EEXIST':
      return new KubestairError('BACKUP_EXISTS', `${object} exists already`, {
        ...details,
        next: 'Run the command again: it chooses another id.',
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new KubestairError('STORE_NOT_FOUND', `the backup directory ${root} does not exist`, {
        ...details,
        next: `Mount the disk or make the directory: mkdir -p ${root}`,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new KubestairError('STORE_REFUSED', `the backup directory ${root} may not be used: ${message}`, {
        ...details,
        next: `Give this user the right to read and write ${root}.`,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new KubestairError('STORE_FULL', `${root} has no room left`, {
        ...details,
        next: 'Make room, or delete backups by spec.backup.keep with `kubestair prune`, then run the command again.',
      });
    default:
      return new KubestairError('STORE_FAILED', `the backup directory ${root} failed: ${message}`, {
        ...details,
        next: 'Look at the disk and the mount, then run the command again.',
      });
  }
}

/** `ENOENT` and the like; empty for what is no system error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
