/** What an id looks like: the time that it was made at, to the second and in UTC, and four random digits. */
export const BACKUP_ID = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

/**
 * An id that sorts by time: `20261121T090507Z-3f9a`.
 * @param random At least four hexadecimal digits; the first four keep apart two backups of the same second.
 */
export function backupId(now: Date, random: string): string {
  const seconds = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  return `${seconds}-${random.slice(0, 4)}`;
}
