import type { Manifest, ResourcePart } from '../backup/manifest.ts';
import { type BackupSource, openPart } from '../backup/unseal.ts';
import { entriesOf, type ObjectIndex } from './object-index.ts';
import { resourceName } from './storage-keys.ts';

/**
 * The objects of a backup in a store, read from its parts.
 * @throws KubestairError IDENTITY_*, STORE_*; from the entries
 */
export function storedIndex({ resources }: Pick<Manifest, 'resources'>, source: BackupSource): ObjectIndex {
  const parts = new Map(
    resources.map((resource): [string, ResourcePart] => [resourceName(resource), resource]),
  );
  return {
    async *entriesOf(kind, signal) {
      const part = parts.get(resourceName(kind))?.part;
      if (part !== undefined) yield* entriesOf(openPart(part, source, signal));
    },
  };
}
