import { join } from 'node:path';
import { ensurePart } from '../../test/lab/parts/parts.ts';
import type { Program } from './flag-table.ts';
import type { ReleaseSources } from './release.ts';

/** Path of a program of a release; built when the lab's cache has it not. */
export async function programBinary(
  program: Program,
  { version, etcdVersion }: ReleaseSources,
): Promise<string> {
  const part =
    program === 'etcd'
      ? ({ name: 'etcd', version: etcdVersion } as const)
      : ({ name: 'kubernetes', version } as const);
  return join(await ensurePart(part, console.log), program);
}
