import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { attempt, lastWords } from './command.ts';
import { LabError } from './errors.ts';
import { contentKey, ensureDirectory } from './parts/cache.ts';
import type { Progress } from './parts/progress.ts';

const suite = 'bookworm';

const packages: readonly string[] = [
  'apt',
  'ca-certificates',
  'conntrack',
  'containernetworking-plugins',
  'curl',
  'dbus',
  'ethtool',
  'gnupg',
  'haproxy',
  'ipset',
  'iproute2',
  'iptables',
  'kmod',
  'nftables',
  'openssh-server',
  'procps',
  'runc',
  'socat',
  'sudo',
  'systemd',
  'systemd-sysv',
];

// Raise it when the steps below change, so that nobody goes on with a root made by the old ones.
const recipe = 1;

/** A bare Debian root file system, made once and kept by the hash of what is in it. */
export async function ensureRootfs(progress: Progress, signal?: AbortSignal): Promise<string> {
  const name = `rootfs/${contentKey([suite, recipe, packages])}`;
  return ensureDirectory(name, progress, signal, async (draft) => {
    progress(`root file system of Debian ${suite} (about 60 s)`);
    await debootstrap(draft, signal);
    await strip(draft);
  });
}

async function debootstrap(target: string, signal: AbortSignal | undefined): Promise<void> {
  const args = ['--variant=minbase', `--include=${packages.join(',')}`, suite, target];
  const result = await attempt('debootstrap', args, { signal });
  if (result.code === 0) return;
  throw new LabError(
    `debootstrap of ${suite} failed: ${lastWords(result)}; see ${target}/debootstrap/debootstrap.log`,
  );
}

// Hosts get packages from the lab alone: nothing in them may reach out.
async function strip(root: string): Promise<void> {
  await rm(path.join(root, 'etc/apt/sources.list'), { force: true });
  await rm(path.join(root, 'etc/fstab'), { force: true });
  for (const name of await readdir(path.join(root, 'etc/ssh'))) {
    if (name.startsWith('ssh_host_')) await rm(path.join(root, 'etc/ssh', name));
  }
  for (const directory of ['var/lib/apt/lists', 'var/cache/apt/archives', 'usr/share/doc', 'usr/share/man']) {
    await rm(path.join(root, directory), { recursive: true, force: true });
    await mkdir(path.join(root, directory), { recursive: true });
  }
  await writeFile(path.join(root, 'etc/machine-id'), '');
  // Runtimes look for network plugins where nobody's packages put them.
  await mkdir(path.join(root, 'opt/cni'), { recursive: true });
  await symlink('/usr/lib/cni', path.join(root, 'opt/cni/bin'));
}
