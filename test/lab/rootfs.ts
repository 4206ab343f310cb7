import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { attempt, lastWords } from './command.ts';
import { LabError } from './errors.ts';
import { cacheDir } from './parts/cache.ts';

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
export async function ensureRootfs(signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
    .update(JSON.stringify([suite, recipe, packages]))
    .digest('hex')
    .slice(0, 16);
  const home = path.join(cacheDir(), 'rootfs');
  const finished = path.join(home, hash);
  if (existsSync(finished)) return finished;
  await mkdir(home, { recursive: true });
  const draft = `${finished}.${process.pid}`;
  await debootstrap(draft, signal);
  await strip(draft);
  await rename(draft, finished);
  return finished;
}

/** Removes what interrupted runs left of unfinished roots. */
export async function removeDraftRoots(): Promise<void> {
  const home = path.join(cacheDir(), 'rootfs');
  for (const name of await readdir(home).catch(() => [])) {
    if (!name.includes('.')) continue;
    if (existsSync(`/proc/${name.split('.')[1]}`)) continue;
    await rm(path.join(home, name), { recursive: true, force: true });
  }
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
