import pLimit from 'p-limit';
import { BACKUP_ID } from './backup-id.ts';
import { type CatalogDeps, lookAtManifest, MANIFEST_NAME } from './catalog.ts';
import type { Manifest } from './manifest.ts';

const READ_CONCURRENCY = 8;

/** What lies below the id of a backup in the store. */
export type Holding =
  /** A manifest, and so a backup. */
  | (Folder & { readonly kind: 'backup'; readonly manifest: Manifest })
  /** A manifest that this version cannot read, or that belongs elsewhere; it may be somebody's backup. */
  | (Folder & { readonly kind: 'unreadable'; readonly reason: string })
  /** Parts without a manifest: of a backup that is being written, that was cut off, or that was deleted halfway. */
  | (Folder & { readonly kind: 'remains' });

interface Folder {
  readonly id: string;
  /** All that lies there, as the store counts it. */
  readonly bytes: number;
  /** When something was last written there, by the store's clock; RFC 3339. */
  readonly writtenAt: string;
}

interface Listed {
  bytes: number;
  writtenAt: Date;
  hasManifest: boolean;
}

/** Everything that lies below a cluster's name in the store, newest first. @throws KubestairError of the store */
export async function takeInventory(cluster: string, deps: CatalogDeps): Promise<readonly Holding[]> {
  const folders = await listFolders(cluster, deps);
  const newestFirst = [...folders].toSorted(([a], [b]) => (a < b ? 1 : -1));
  return await pLimit(READ_CONCURRENCY).map(newestFirst, async ([id, listed]) => {
    const folder = { id, bytes: listed.bytes, writtenAt: listed.writtenAt.toISOString() };
    if (!listed.hasManifest) return { kind: 'remains', ...folder } as const;
    const looked = await lookAtManifest(cluster, id, deps);
    // Deleted since it was listed.
    if (looked === undefined) return { kind: 'remains', ...folder } as const;
    return 'manifest' in looked
      ? ({ kind: 'backup', ...folder, manifest: looked.manifest } as const)
      : ({ kind: 'unreadable', ...folder, reason: looked.error.message } as const);
  });
}

async function listFolders(
  cluster: string,
  { store, signal }: CatalogDeps,
): Promise<ReadonlyMap<string, Listed>> {
  const folders = new Map<string, Listed>();
  for await (const { key, size, modified } of store.list(`${cluster}/`, signal)) {
    const [id = '', name, more] = key.slice(cluster.length + 1).split('/');
    // The lock and the journal lie beside the backups.
    if (!BACKUP_ID.test(id) || name === undefined) continue;
    const folder = folders.get(id) ?? { bytes: 0, writtenAt: modified, hasManifest: false };
    folder.bytes += size;
    if (modified > folder.writtenAt) folder.writtenAt = modified;
    if (name === MANIFEST_NAME && more === undefined) folder.hasManifest = true;
    folders.set(id, folder);
  }
  return folders;
}
