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
