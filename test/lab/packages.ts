import { attempt, lastWords } from './command.ts';
import { LabError } from './errors.ts';
import { debianPackages } from './parts/debian.ts';
import type { Progress } from './parts/progress.ts';

/** What the machine needs to make packages and images and to run hosts. */
export const machinePackages: readonly string[] = [
  ...debianPackages,
  'debian-archive-keyring',
  'debootstrap',
  'iproute2',
  'openssh-client',
  'systemd-container',
  'xfsprogs',
];

/** Installs the Debian packages that are not there yet. Needs root and an apt source. */
export async function ensureDebianPackages(names: readonly string[], progress: Progress): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  progress(`installing ${missing.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // An unreachable third-party source fails the update although the packages can be had: the install decides.
  const update = await attempt('apt-get', ['update', '-qq'], { env }).catch((cause: Error) => cause);
  if (update instanceof Error) {
    throw new LabError(
      `${missing.join(', ')} must be installed and there is no apt-get here: install them by hand`,
    );
  }
  const install = await attempt('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env,
  });
  if (install.code === 0) return;
  throw new LabError(
    `could not install ${missing.join(', ')}: ${lastWords(install)}; install them by hand and start again`,
  );
}

async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own way to name a field
  const query = ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names];
  const result = await attempt('dpkg-query', query).catch(() => ({ stdout: '' }));
  const installed = new Set(
    result.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}
