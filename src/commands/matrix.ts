import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadClusterConfig } from '../config/load.ts';
import { openHistory } from '../connect.ts';
import { DESCRIPTIONS } from '../plan/checks/registry.ts';
import { type ChangedCluster, clusterMatrix } from '../plan/matrix.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { MatrixRequest } from '../request/request.ts';

/**
 * The job matrix of the clusters that a change touches: those whose file, or the file that holds their version, is among the
 * changed ones; all of them where nothing says what changed. Asks no cluster.
 * @throws KubestairError HISTORY_UNKNOWN
 */
export async function matrix(request: MatrixRequest, io: RunIo): Promise<Result> {
  const changed = await changedFiles(request, io);
  const found: ChangedCluster[] = [];
  for (const file of await clusterFiles(request.file, io.cwd)) {
    const { cluster, versionFile } = await look(file, io);
    if (changed === undefined || changed.has(file) || changed.has(versionFile)) found.push(cluster);
  }
  return { command: 'matrix', outcome: { state: 'ready' }, matrix: clusterMatrix(found) };
}

/** @returns undefined where nothing says what changed */
async function changedFiles(
  { base, changed }: MatrixRequest,
  io: RunIo,
): Promise<ReadonlySet<string> | undefined> {
  if (changed !== undefined) return new Set(changed.map((file) => path.normalize(file)));
  const from = base ?? io.pullRequest?.base;
  return from === undefined ? undefined : new Set(await openHistory(io).changedSince(from, io.signal));
}

/** Files of a glob that say that they are cluster files; others may lie beside them. */
async function clusterFiles(pattern: string, cwd: string): Promise<readonly string[]> {
  const files = await Array.fromAsync(glob(pattern, { cwd }));
  const texts = await Promise.all(
    files.map(async (file) => ({
      file,
      text: await readFile(path.resolve(cwd, file), 'utf8').catch(() => ''),
    })),
  );
  return texts
    .filter(({ text }) => /^apiVersion:\s*["']?kubestair\.dev\//m.test(text))
    .map(({ file }) => file)
    .toSorted();
}

interface Looked {
  readonly cluster: ChangedCluster;
  readonly versionFile: string;
}

/** A file that is broken gets its job too, which then says what is wrong with it. */
async function look(file: string, io: RunIo): Promise<Looked> {
  try {
    const readText = (name: string): Promise<string> => readFile(path.resolve(io.cwd, name), 'utf8');
    const { config, versionAt, wave } = await loadClusterConfig(file, readText, DESCRIPTIONS);
    const cluster = { cluster: config.name, file, ...(wave !== undefined && { wave }) };
    return { cluster, versionFile: path.normalize(versionAt.file) };
  } catch (thrown) {
    io.log.warn(
      `${file} cannot be read as a cluster file: ${thrown instanceof Error ? thrown.message : thrown}`,
    );
    return { cluster: { cluster: path.parse(file).name, file }, versionFile: file };
  }
}
