import { copyFile, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { contentKey, ensureDirectory } from './cache.ts';
import { type PackageName, packageFiles } from './deb-contents.ts';
import { ensureParts, partIn } from './parts.ts';
import { run } from './process.ts';
import { type Progress, withProgress } from './progress.ts';
import type { PartRef } from './recipes.ts';
import { minorOf } from './releases.ts';
import { detachedSignature, ensureSigningKey, keyName } from './signing.ts';

/** Debian packages that make rpms and their repositories. */
export const rpmPackages: readonly string[] = ['createrepo-c', 'gnupg', 'rpm'];

/** Release of a package as the package repository of Kubernetes numbers its rpms. */
export const rpmRelease = '150500.1.1';

const packageNames: readonly PackageName[] = ['kubelet', 'kubeadm', 'kubectl'];
const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

// Raised by hand when the way a repository is made changes.
const LAYOUT = 1;

/**
 * Makes repositories of rpms with kubelet, kubeadm and kubectl of these versions, signed, one for each minor, and returns the directory
 * that holds them as pkgs.k8s.io lays them out: `core:/stable:/v1.36/rpm/`.
 */
export async function ensureRpmRepository(
  versions: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const refs = versions.map((version): PartRef => ({ name: 'kubernetes', version }));
  const parts = await ensureParts(refs, progress, signal);
  const keyring = await ensureSigningKey(progress, signal);
  const repositories: [string, string][] = [];
  for (const [minor, members] of Map.groupBy(refs, (ref) => minorOf(ref.version))) {
    const binaries = new Map(members.map((ref) => [ref.version, partIn(parts, ref)]));
    repositories.push([minor, await ensureMinorRepository(minor, binaries, keyring, progress, signal)]);
  }
  return ensureDirectory(`rpm/${contentKey(repositories)}`, progress, signal, async (directory) => {
    const stable = join(directory, 'core:', 'stable:');
    await mkdir(stable, { recursive: true });
    for (const [minor, repository] of repositories) await symlink(repository, join(stable, minor));
  });
}

async function ensureMinorRepository(
  minor: string,
  binaries: ReadonlyMap<string, string>,
  keyring: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const contents = [...binaries].map(([version, part]) => [basename(part), specs(version)]);
  const key = contentKey([contents, basename(keyring), LAYOUT]);
  return ensureDirectory(`rpm/${minor}-${key}`, progress, signal, (directory) =>
    withProgress(`rpms of ${minor}`, 30 * binaries.size, progress, async () => {
      const repository = join(directory, 'rpm');
      await mkdir(join(repository, rpmArchitecture()), { recursive: true });
      for (const [version, part] of binaries) {
        for (const name of packageNames) await buildPackage(name, version, part, repository, keyring, signal);
      }
      await run('createrepo_c', ['--quiet', repository], { signal });
      await detachedSignature(keyring, join(repository, 'repodata', 'repomd.xml'), signal);
    }),
  );
}

function rpmArchitecture(): string {
  const name = architectures[process.arch];
  if (name === undefined) throw new Error(`the lab runs on amd64 and arm64, not on ${process.arch}`);
  return name;
}

function specs(version: string): readonly string[] {
  return packageNames.map((name) => spec(name, version));
}

async function buildPackage(
  name: PackageName,
  version: string,
  part: string,
  repository: string,
  keyring: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const work = join(repository, '..', `.${name}`);
  const root = join(work, 'tree');
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await copyFile(join(part, 'kubernetes'), join(root, 'usr/bin', name));
  for (const file of rpmFiles(name, version)) {
    await mkdir(join(root, dirname(file.path)), { recursive: true });
    await writeFile(join(root, file.path), file.text, { mode: file.mode });
  }
  await writeFile(join(work, 'package.spec'), spec(name, version));
  const macros: Readonly<Record<string, string>> = {
    _topdir: work,
    _rpmdir: join(work, 'out'),
    tree: root,
    _binary_payload: 'w1.gzdio',
    // Programs stay as they are: no stripping, no debug packages.
    __os_install_post: '%{nil}',
    debug_package: '%{nil}',
    _build_id_links: 'none',
    _gpg_name: keyName,
    _gpg_path: keyring,
    // Debian's rpm looks for it in no directory.
    __gpg: '/usr/bin/gpg',
  };
  const defines = Object.entries(macros).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
  const target = ['--target', `${rpmArchitecture()}-linux`];
  await run('rpmbuild', ['--quiet', '-bb', '--nodeps', ...target, ...defines, join(work, 'package.spec')], {
    signal,
  });
  const file = `${name}-${version}-${rpmRelease}.${rpmArchitecture()}.rpm`;
  const built = join(work, 'out', rpmArchitecture(), file);
  await run('rpmsign', ['--addsign', ...defines, built], { signal });
  await cp(built, join(repository, rpmArchitecture(), file));
  await rm(work, { recursive: true });
}

/** Files of the Debian package, but its control files; what the kubelet's drop-in reads lies elsewhere on such hosts. */
function rpmFiles(name: PackageName, version: string) {
  return packageFiles(name, version)
    .filter(({ path }) => !path.startsWith('DEBIAN/'))
    .map((file) => ({
      ...file,
      path: file.path.replace('etc/default/', 'etc/sysconfig/'),
      text: file.text.replaceAll('/etc/default/', '/etc/sysconfig/'),
    }));
}

// Scripts need it, and a Debian host has it in no rpm.
const SHELL = 'Provides: /bin/sh\n';

function spec(name: PackageName, version: string): string {
  const files = rpmFiles(name, version).map(
    ({ path }) => `${path.startsWith('etc/sysconfig/') ? '%config(noreplace) ' : ''}/${path}`,
  );
  const scripts =
    name === 'kubelet'
      ? `%post
systemctl daemon-reload || :
[ "$1" != 1 ] || systemctl enable -q kubelet.service || :

`
      : '';
  return `Name: ${name}
Version: ${version}
Release: ${rpmRelease}
Summary: ${name} of Kubernetes
License: Apache-2.0
URL: https://kubernetes.io
AutoReqProv: no
${scripts === '' ? '' : SHELL}
%description
${name} of Kubernetes.

%install
cp -a %{tree}/. %{buildroot}/

${scripts}%files
%attr(0755,root,root) /usr/bin/${name}
${files.join('\n')}
`;
}

/** Makes a repository with an rpm that holds nothing, at one version, and returns where that rpm is. */
export async function buildEmptyRpm(directory: string, name: string, version: string): Promise<string> {
  const work = join(directory, '.work');
  await mkdir(work, { recursive: true });
  const text = `Name: ${name}
Version: ${version}
Release: 1
Summary: nothing
License: Apache-2.0
BuildArch: noarch

%description
Nothing.

%files
`;
  await writeFile(join(work, 'package.spec'), text);
  const defines = ['--define', `_topdir ${work}`, '--define', `_rpmdir ${directory}`];
  await run('rpmbuild', ['--quiet', '-bb', ...defines, join(work, 'package.spec')]);
  await rm(work, { recursive: true });
  await run('createrepo_c', ['--quiet', directory]);
  return join('noarch', `${name}-${version}-1.noarch.rpm`);
}
