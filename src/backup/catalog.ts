import { text } from 'node:stream/consumers';
import { KubestairError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { BackupSummary } from '../report/model.ts';
import type { Manifest } from './manifest.ts';
import { manifestSchema } from './manifest-schema.ts';
import { readProofs } from './proof-records.ts';

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
 * The backups of a cluster, newest first. One whose manifest cannot be read, or is that of another backup, is left out with a
 * warning; one without a manifest does not exist.
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
    const looked = await lookAtManifest(cluster, id, { store, signal });
    if (looked === undefined) continue;
    if ('manifest' in looked) summaries.push(summaryOf(looked.manifest, cluster, id, store));
    else log.warn(`${looked.error.message}: ${looked.error.object}`);
  }
  return summaries;
}

/** @throws KubestairError BACKUP_NOT_FOUND, BACKUP_FORMAT, BACKUP_FOREIGN, or of the store */
export async function readBackup(cluster: string, id: string, deps: CatalogDeps): Promise<BackupSummary> {
  const looked = await lookAtManifest(cluster, id, deps);
  if (looked !== undefined && 'error' in looked) throw looked.error;
  if (looked !== undefined) return summaryOf(looked.manifest, cluster, id, deps.store);
  throw new KubestairError(
    'BACKUP_NOT_FOUND',
    `the store has no complete backup ${id} of cluster ${cluster}`,
    {
      object: `${deps.store.url}/${backupPrefix(cluster, id)}`,
      next: 'Choose an id that `kubestair backups` shows.',
    },
  );
}

/** What a manifest turned out to be. */
export type LookedAt = { readonly manifest: Manifest } | { readonly error: KubestairError };

/**
 * Reads the manifest below an id, and the proofs that were recorded beside it; undefined where there is none, and then no backup either. One that cannot be read, or that
 * belongs elsewhere, comes back as the error to throw: BACKUP_FORMAT or BACKUP_FOREIGN.
 * @throws KubestairError of the store
 */
export async function lookAtManifest(
  cluster: string,
  id: string,
  { store, signal }: Pick<CatalogDeps, 'store' | 'signal'>,
): Promise<LookedAt | undefined> {
  const key = backupPrefix(cluster, id) + MANIFEST_NAME;
  const body = await store.get(key, signal);
  if (body === undefined) return undefined;
  const object = `${store.url}/${key}`;
  const written = parseJson(await text(body));
  const manifest = manifestSchema.safeParse(written).data;
  if (manifest === undefined) return { error: unreadable(written, object) };
  const { id: itsId, cluster: its } = manifest;
  if (itsId !== id || its.name !== cluster) return { error: foreign(`${its.name}/${itsId}`, object) };
  const later = await readProofs(id, backupPrefix(cluster, id), store, signal);
  return { manifest: { ...manifest, proofs: [...manifest.proofs, ...later] } };
}

function summaryOf(manifest: Manifest, cluster: string, id: string, store: Store): BackupSummary {
  return { manifest, storeUrl: store.url, prefix: backupPrefix(cluster, id) };
}

/** Formats are numbered; whatever this version knows of a later one is its name. */
function unreadable(written: unknown, object: string): KubestairError {
  const format = typeof written === 'object' && written !== null && 'format' in written ? written.format : '';
  const [, version] = /^kubestair\.dev\/backup\/(v\d+)$/.exec(String(format)) ?? [];
  if (version === undefined || version === 'v1') {
    return new KubestairError('BACKUP_FORMAT', 'the manifest of the backup cannot be read', {
      object,
      next: 'It was damaged or replaced after it was written: look at the disks and the access log of the store, and choose another backup.',
    });
  }
  return new KubestairError(
    'BACKUP_FORMAT',
    `the backup is of format ${version}, and this version knows v1`,
    {
      object,
      next: 'Use the version of Kubestair that wrote it, or a later one.',
    },
  );
}

function foreign(its: string, object: string): KubestairError {
  return new KubestairError('BACKUP_FOREIGN', `the manifest is that of the backup ${its}`, {
    object,
    next: 'Put the folder back where it was written, or read it from there with --from <cluster>/<id>.',
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
