import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listBackups, readBackup } from '../backup/catalog.ts';
import { type BackupSource, type Identities, readIdentities } from '../backup/unseal.ts';
import { KubestairError } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import type { BackupSummary } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';

/** A backup that a command reads, and how its parts are opened. */
export interface OpenBackup {
  readonly summary: BackupSummary;
  readonly source: BackupSource;
}

/**
 * Finds the backup that a person means: an id, `latest`, or `<cluster>/<id>`.
 * @param cluster the cluster that an id alone belongs to
 * @throws KubestairError BACKUP_NOT_FOUND, INPUT_INVALID, IDENTITY_INVALID, STORE_*
 */
export async function openBackup(
  from: string | undefined,
  cluster: string,
  identityFile: string | undefined,
  store: Store,
  io: RunIo,
): Promise<OpenBackup> {
  const identities = identityFile === undefined ? [] : await identitiesOf(identityFile, io.cwd);
  const [id = '', owner = cluster] = (from ?? 'latest').split('/').reverse();
  const deps = { store, log: io.log, signal: io.signal };
  const summary = id === 'latest' ? await latest(owner, deps) : await readBackup(owner, id, deps);
  return { summary, source: { store, prefix: summary.prefix, identities } };
}

async function latest(cluster: string, deps: Parameters<typeof listBackups>[2]): Promise<BackupSummary> {
  const [newest] = await listBackups(cluster, 1, deps);
  if (newest !== undefined) return newest;
  throw new KubestairError('BACKUP_NOT_FOUND', `the store has no backup of cluster ${cluster}`, {
    object: deps.store.url,
    next: 'Look whether spec.backup.store and metadata.name are those that backups were taken with.',
  });
}

async function identitiesOf(file: string, cwd: string): Promise<Identities> {
  try {
    return readIdentities(await readFile(path.resolve(cwd, file), 'utf8'), file);
  } catch (thrown) {
    if (thrown instanceof KubestairError) throw thrown;
    throw new KubestairError('IDENTITY_INVALID', 'the file with the age identity cannot be read', {
      object: file,
      next: 'Give the file that age-keygen wrote, and let the user who runs this read it.',
      cause: thrown,
    });
  }
}
