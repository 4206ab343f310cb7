import { type Known, known } from '../cluster/known.ts';
import type { LastBackup } from '../cluster/observation.ts';
import { asKubestairError } from '../errors.ts';
import { type CatalogDeps, listBackups } from './catalog.ts';
import { isProven, isSound } from './proven.ts';

/** Older ones are not looked at: somebody who has as many bad backups in a row has no good one. */
const LOOKED_AT = 20;

/** The newest backup that lacks nothing and whose parts were read back; null where there is none. */
export async function newestSoundBackup(
  cluster: string,
  deps: CatalogDeps,
): Promise<Known<LastBackup | null>> {
  try {
    const backups = await listBackups(cluster, LOOKED_AT, deps);
    const sound = backups.find(({ manifest }) => isSound(manifest) && isProven(manifest, 'checksums'));
    return known(
      sound === undefined ? null : { id: sound.manifest.id, finishedAt: sound.manifest.finishedAt },
    );
  } catch (thrown) {
    deps.signal?.throwIfAborted();
    const { message, next } = asKubestairError(thrown);
    return { known: false, reason: message, ...(next !== undefined && { next }) };
  }
}
