import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { contentKey, ensureDirectory } from './cache.ts';
import { type PackageName, packageFiles, packageVersion } from './deb-contents.ts';
import { architecture } from './debian.ts';
import { ensureParts, partIn } from './parts.ts';
import { run } from './process.ts';
import { type Progress, withProgress } from './progress.ts';
import type { PartRef } from './recipes.ts';
import { minorOf } from './releases.ts';
import { ensureSigningKey, sign } from './signing.ts';

const packageNames: readonly PackageName[] = ['kubelet', 'kubeadm', 'kubectl'];

// Raised by hand when the way a repository is made changes.
const LAYOUT = 1;

/**
 * Makes package repositories with kubelet, kubeadm and kubectl of these versions, one for each minor, and
 * returns the directory that holds them as pkgs.k8s.io lays them out: `core:/stable:/v1.36/deb/`.
 */
export async function ensureAptRepository(
  versions: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const refs = versions.map((version): PartRef => ({ name: 'kubernetes', version }));
  const parts = await ensureParts(refs, progress, signal);
  const minors = Map.groupBy(refs, (ref) => minorOf(ref.version));
  const keyring = await ensureSigningKey(progress, signal);

  const repositories = new Map<string, string>();
  for (const [minor, members] of minors) {
    const binaries = new Map(members.map((ref) => [ref.version, partIn(parts, ref)]));
    repositories.set(minor, await ensureMinorRepository(minor, binaries, keyring, progress, signal));
  }
  return await ensureDirectory(
    `apt/${contentKey([...repositories])}`,
    progress,
    signal,
    async (directory) => {
      const stable = join(directory, 'core:', 'stable:');
      await mkdir(stable, { recursive: true });
      for (const [minor, repository] of repositories) await symlink(repository, join(stable, minor));
    },
  );
}

async function ensureMinorRepository(
  minor: string,
  binaries: ReadonlyMap<string, string>,
  keyring: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const versions = [...binaries].map(([version, directory]) => [basename(directory), contentsOf(version)]);
  const key = contentKey([versions, basename(keyring), LAYOUT]);
  return await ensureDirectory(`apt/${minor}-${key}`, progress, signal, async (directory) => {
    const make = async (): Promise<void> => {
      const repository = join(directory, 'deb');
      await mkdir(join(repository, architecture()), { recursive: true });
      for (const [version, part] of binaries) {
        for (const name of packageNames) await buildPackage(name, version, part, repository, signal);
      }
      await writeIndex(minor, repository, keyring, signal);
    };
    await withProgress(`packages of ${minor}`, 12 * binaries.size, progress, make);
  });
}

function contentsOf(version: string): unknown {
  return packageNames.map((name) => packageFiles(name, version));
}

async function buildPackage(
  name: PackageName,
  version: string,
  part: string,
  repository: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tree = join(repository, `.${name}`);
  await mkdir(join(tree, 'usr/bin'), { recursive: true });
  await copyFile(join(part, 'kubernetes'), join(tree, 'usr/bin', name));
  for (const file of packageFiles(name, version)) {
    await mkdir(join(tree, dirname(file.path)), { recursive: true });
    await writeFile(join(tree, file.path), file.text, { mode: file.mode });
  }
  const target = join(repository, architecture(), `${name}_${packageVersion(version)}_${architecture()}.deb`);
  await run('dpkg-deb', ['-Zzstd', '-z1', '--root-owner-group', '--build', tree, target], { signal });
  await rm(tree, { recursive: true });
}

async function writeIndex(
  minor: string,
  repository: string,
  keyring: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const inRepository = { cwd: repository, signal };
  const packages = await run('apt-ftparchive', ['packages', architecture()], inRepository);
  await writeFile(join(repository, 'Packages'), packages);
  await run('gzip', ['--keep', '--no-name', 'Packages'], inRepository);

  const fields = {
    Origin: `obs://build.opensuse.org/isv:kubernetes:core:stable:${minor}/deb`,
    Label: `isv:kubernetes:core:stable:${minor}`,
    Suite: 'deb',
    Codename: 'deb',
    Architectures: architecture(),
  };
  const options = Object.entries(fields).flatMap(([field, value]) => [
    '-o',
    `APT::FTPArchive::Release::${field}=${value}`,
  ]);
  const release = await run('apt-ftparchive', [...options, 'release', '.'], inRepository);
  await writeFile(join(repository, 'Release'), release);
  await sign(keyring, repository, signal);
}
