import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type LoadedCluster, loadClusterConfig } from '../config/load.ts';
import type { ReadText } from '../config/version-from.ts';
import { DESCRIPTIONS } from '../plan/checks/registry.ts';
import type { PlanSource } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { Request } from '../request/request.ts';

export interface ClusterFile extends LoadedCluster {
  readonly source: PlanSource;
}

/** Reads the cluster file of a request. @throws KubestairError CONFIG_* and VERSION_* with file:line:column */
export async function loadCluster(
  request: Request,
  io: RunIo,
  readText: ReadText = (file) => readFile(path.resolve(io.cwd, file), 'utf8'),
): Promise<ClusterFile> {
  const loaded = await loadClusterConfig(request.file, readText, DESCRIPTIONS);
  return { ...loaded, source: { file: request.file, versionAt: loaded.versionAt } };
}
