import type { RunIo } from '../request/io.ts';

/** Names one run in cordons, the lock and the journal; sorts by time: `20261121T090507Z-3f9a`. */
export function newRunId({ clock, random }: RunIo): string {
  const seconds = clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${seconds}-${Buffer.from(random(2)).toString('hex')}`;
}
