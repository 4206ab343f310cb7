import { text } from 'node:stream/consumers';
import { KubestairError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { BackupSummary } from '../report/model.ts';
import type { Manifest } from './manifest.ts';
import { manifestSchema } from './manifest-schema.ts';

export const MANIFEST_NAME = 'manifest.json';

export interface CatalogDeps {
  readonly store: Store;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

/** The folder of a backup in the store, ending in `/`. */
export function backupPrefix(cluster: string, id: string): string {
  return `${cluster}/${id}/`;
}

/**
 * The backups of a cluster, newest first. One whose manifest cannot be read is left out with a warning; one without a manifest
 * does not exist.
 * @param limit At most so many.
 * @throws KubestairError of the store
 */
export async function listBackups(
  cluster: string,
  limit: number,
  { store, log, signal }: CatalogDeps,
): Promise<readonly BackupSummary[]> {
  const ids: string[] = [];
  for await (const { key } of store.list(`${cluster}/`, signal)) {
    const [id = '', name, more] = key.slice(cluster.length + 1).split('/');
    if (name === MANIFEST_NAME && more === undefined) ids.push(id);
  }
  const summaries: BackupSummary[] = [];
  for (const id of ids.sort().reverse()) {
    if (summaries.length === limit) break;
    const prefix = backupPrefix(cluster, id);
    const manifest = await readManifest(store, prefix, signal);
    if (manifest === undefined)
      log.warn(`${store.url}/${prefix}${MANIFEST_NAME} is no manifest of this format`);
    else summaries.push({ manifest, storeUrl: store.url, prefix });
  }
  return summaries;
}

/** @throws KubestairError BACKUP_NOT_FOUND, or of the store */
export async function readBackup(cluster: string, id: string, deps: CatalogDeps): Promise<BackupSummary> {
  const prefix = backupPrefix(cluster, id);
  const manifest = await readManifest(deps.store, prefix, deps.signal);
  if (manifest !== undefined) return { manifest, storeUrl: deps.store.url, prefix };
  throw new KubestairError(
    'BACKUP_NOT_FOUND',
    `the store has no complete backup ${id} of cluster ${cluster}`,
    {
      object: `${deps.store.url}/${prefix}`,
      next: 'Choose an id that `kubestair status` shows.',
    },
  );
}

async function readManifest(
  store: Store,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  const body = await store.get(prefix + MANIFEST_NAME, signal);
  if (body === undefined) return undefined;
  const manifest = parseJson(await text(body));
  return manifestSchema.safeParse(manifest).data;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
