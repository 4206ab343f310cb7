import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { KubestairError } from '../errors.ts';
import type { ScratchProgram } from '../ports/scratch-machine.ts';

/** Where programs are looked for on this machine. */
export interface ProgramPlaces {
  /** Named by the user; looked through before PATH. */
  readonly directories: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds a program of this machine. A kube-apiserver has to be of the version's minor, and one of its very patch is preferred; it may
 * be called kube-apiserver-v1.36.3 too, so that several fit into one directory.
 * @throws KubestairError SCRATCH_UNAVAILABLE, naming what was found instead
 */
export async function findProgram(
  name: ScratchProgram,
  version: string | undefined,
  { directories, env }: ProgramPlaces,
): Promise<string> {
  const names = version === undefined ? [name] : [`${name}-${version}`, name];
  const places = [...directories, ...(env.PATH ?? '').split(path.delimiter).filter((place) => place !== '')];
  const found: string[] = [];
  for (const place of places) {
    for (const each of names) {
      const file = path.join(place, each);
      if (await isProgram(file)) found.push(file);
    }
  }
  const versions = version === undefined ? [] : await Promise.all(found.map(versionOf));
  const chosen = choose(found, versions, version);
  if (chosen !== undefined) return chosen;
  const instead =
    found.length === 0 ? '' : `, only ${found.map((file, at) => `${file} ${versions[at]}`).join(', ')}`;
  throw new KubestairError(
    'SCRATCH_UNAVAILABLE',
    `this machine has no ${name}${version === undefined ? '' : ` ${version}`}${instead}`,
    { next: 'Name the directory that holds it with --binaries.' },
  );
}

function choose(
  found: readonly string[],
  versions: readonly string[],
  version: string | undefined,
): string | undefined {
  if (version === undefined) return found[0];
  const exact = found[versions.indexOf(version)];
  return exact ?? found[versions.findIndex((each) => minor(each) === minor(version))];
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** `v1.36.3` of "Kubernetes v1.36.3". */
async function versionOf(file: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 20_000 });
    return /v\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? 'of an unknown version';
  } catch {
    return 'that does not start';
  }
}

function minor(version: string): string {
  return version.split('.', 2).join('.');
}
