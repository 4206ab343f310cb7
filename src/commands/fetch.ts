import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Fetched, fetchBackup } from '../backup/fetch.ts';
import { connectFolder, connectStore } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { Outcome, Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { openBackup } from './open-backup.ts';

/** Brings a backup into a folder of this machine, readable for its owner alone. Asks nobody but the store. */
export async function fetch(request: RequestOf<'fetch'>, io: RunIo): Promise<Result> {
  const { id, to = '', access } = request;
  const { config } = await loadCluster(request, io);
  const store = connectStore(config, io);
  const { summary, source } = await openBackup(id, config.name, access.ageIdentityFile, store, io);
  const folder = path.resolve(io.cwd, to);
  await makeFolder(folder);
  const target = connectFolder(folder, io);
  const fetched = await fetchBackup(summary, { source, target, log: io.log, signal: io.signal });
  return {
    command: 'fetch',
    outcome: outcomeOf(fetched),
    backup: summary,
    fetched: { ...fetched, to },
  };
}

function outcomeOf({ parts, already }: Fetched): Outcome {
  return { state: already < parts ? 'changed' : 'nothing-to-do' };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await readdir(folder);
  } catch (thrown) {
    throw new KubestairError('INPUT_INVALID', `${folder} is no folder that can be written to`, {
      object: folder,
      next: 'Name a folder of this machine with --to.',
      cause: thrown,
    });
  }
}
