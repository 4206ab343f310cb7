import type { Part } from '../../backup/manifest.ts';
import { type BackupSource, openPart } from '../../backup/unseal.ts';
import { KubestairError } from '../../errors.ts';
import type { RawObject } from './object.ts';

const LINE_FEED = 0x0a;

/**
 * The objects of one kind of a backup, one after the other; at most one is in memory.
 * @throws KubestairError STORE_CORRUPT, IDENTITY_*
 */
export async function* readObjects(
  part: Part,
  source: BackupSource,
  signal: AbortSignal,
): AsyncGenerator<RawObject> {
  let rest: Buffer[] = [];
  for await (const chunk of openPart(part, source, signal)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield parse(Buffer.concat([...rest, chunk.subarray(start, end)]), part);
      rest = [];
      start = end + 1;
    }
    // A chunk belongs to its stream, which may fill it anew.
    if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)));
  }
}

function parse(line: Buffer, part: Part): RawObject {
  try {
    return JSON.parse(line.toString('utf8')) as RawObject;
  } catch (cause) {
    throw new KubestairError('STORE_CORRUPT', 'a line of the part is no JSON object', {
      object: part.path,
      next: 'Restore from another backup.',
      cause,
    });
  }
}
