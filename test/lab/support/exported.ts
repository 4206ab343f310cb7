import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createZstdDecompress } from 'node:zlib';
import type { Manifest, ResourcePart } from '../../../src/backup/manifest.ts';
import type { BackupSummary } from '../../../src/report/model.ts';
import { labPaths } from '../paths.ts';
import { kubestair } from './kubestair.ts';
import { storeEnvironment, storePrefix, type TestLab } from './test-lab.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface TakenBackup {
  readonly manifest: Manifest;
  /** Where the lab's object store keeps it on this machine. */
  readonly folder: string;
}

/** Takes a backup with the built command line. */
export async function takeBackup(lab: TestLab, file: string): Promise<TakenBackup> {
  const result = await kubestair(['backup', '-f', file, '--output', 'json'], storeEnvironment(lab.access));
  if (result.code !== 0) throw new Error(`the backup ended with exit code ${result.code}`);
  return takenBackup(lab, (JSON.parse(result.stdout) as { backup: BackupSummary }).backup);
}

/** A backup that a command tells of, as the lab's object store keeps it. */
export function takenBackup(
  lab: TestLab,
  { manifest, prefix }: Pick<BackupSummary, 'manifest' | 'prefix'>,
): TakenBackup {
  return { manifest, folder: path.join(storeFolder(lab), prefix) };
}

/** Where the lab's object store keeps what a test stored. */
export function storeFolder(lab: TestLab): string {
  return path.join(labPaths(lab.state.name).s3, lab.access.s3.bucket, storePrefix(lab));
}

/** The objects of one kind as the export has them. */
export async function exportedObjects(folder: string, part: ResourcePart): Promise<readonly Json[]> {
  if (part.part === undefined) throw new Error(`${part.resource} was not exported: ${part.error}`);
  const objects: Json[] = [];
  const plain = createReadStream(path.join(folder, part.part.path)).pipe(createZstdDecompress());
  for await (const line of createInterface({ input: plain })) objects.push(JSON.parse(line) as Json);
  return objects;
}

/** Where the API server lists the objects of a kind. */
export function listPath({ group, version, resource }: ResourcePart): string {
  return `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/${resource}`;
}
