import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { baseFiles, type HostFile, maskedUnits } from './base-files.ts';
import { cgroupMode } from './cgroup.ts';
import { packageVersion } from './parts/deb-contents.ts';
import type { LabPaths } from './paths.ts';
import { user } from './ssh.ts';
import type { LabState } from './state.ts';
import { runFor } from './work.ts';

export interface BaseInput {
  readonly rootfs: string;
  readonly containerd: string;
  readonly aptUrl: string;
  readonly registry: string;
  readonly pauseImage: string;
}

/** Makes the directory that all hosts of a lab are copies of: runtime, node packages, user, settings. */
export async function ensureBase(state: LabState, paths: LabPaths, input: BaseInput): Promise<string> {
  const finished = path.join(paths.volume, 'base');
  if (existsSync(finished)) return finished;
  const draft = path.join(paths.volume, 'base.draft');
  await rm(draft, { recursive: true, force: true });
  await copyTree(state.name, input.rootfs, draft);
  await writeHostFiles(draft, baseFiles({ mode: await cgroupMode(), ...input }));
  await copyBinaries(input.containerd, path.join(draft, 'usr/local/bin'));
  await addUser(state.name, draft, `${paths.key}.pub`);
  await installNodePackages(state.name, draft, state.version, input.aptUrl);
  await inRoot(state.name, draft, [
    'systemctl',
    'enable',
    '--quiet',
    'lab-boot',
    'containerd',
    'kubelet',
    'ssh',
  ]);
  await inRoot(state.name, draft, ['systemctl', 'disable', '--quiet', 'haproxy']);
  await inRoot(state.name, draft, ['systemctl', 'mask', '--quiet', ...maskedUnits]);
  await rename(draft, finished);
  return finished;
}

/** Copies a directory with all its attributes, sharing blocks where the file system can. */
export async function copyTree(lab: string, from: string, to: string): Promise<void> {
  await runFor(lab, ['cp', '-a', '--reflink=auto', '--one-file-system', from, to]);
}

/** Writes files into a host's root. */
export async function writeHostFiles(root: string, files: readonly HostFile[]): Promise<void> {
  for (const file of files) {
    const target = path.join(root, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.content);
    await chmod(target, file.mode ?? 0o644);
  }
}

/** Runs a command with a host's root as its root, while the host does not run. */
export async function inRoot(
  lab: string,
  root: string,
  command: readonly string[],
  input?: string,
): Promise<string> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', HOME: '/root', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  return runFor(lab, ['chroot', root, ...command], { env, input });
}

export async function copyBinaries(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    await copyFile(path.join(from, name), path.join(to, name));
    await chmod(path.join(to, name), 0o755);
  }
}

async function addUser(lab: string, root: string, publicKey: string): Promise<void> {
  await inRoot(lab, root, ['useradd', '--create-home', '--shell', '/bin/bash', '--password', '*', user]);
  const home = path.join(root, 'home', user, '.ssh');
  await mkdir(home, { mode: 0o700 });
  await copyFile(publicKey, path.join(home, 'authorized_keys'));
  await inRoot(lab, root, ['chown', '-R', `${user}:`, `/home/${user}/.ssh`]);
}

// The steps that kubernetes.io documents for Debian, with the lab's repository in place of the public one.
async function installNodePackages(
  lab: string,
  root: string,
  version: string,
  aptUrl: string,
): Promise<void> {
  const minor = version.split('.').slice(0, 2).join('.');
  const repository = `${aptUrl}/core:/stable:/v${minor}/deb/`;
  const keyring = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
  const key = await (await fetch(`${repository}Release.key`)).text();
  await mkdir(path.join(root, 'etc/apt/keyrings'), { recursive: true });
  await inRoot(lab, root, ['gpg', '--batch', '--yes', '--dearmor', '-o', keyring], key);
  await writeHostFiles(root, [
    {
      path: 'etc/apt/sources.list.d/kubernetes.list',
      content: `deb [signed-by=${keyring}] ${repository} /\n`,
    },
  ]);
  await inRoot(lab, root, ['apt-get', 'update', '-qq']);
  const names = ['kubelet', 'kubeadm', 'kubectl'];
  const exact = names.map((name) => `${name}=${packageVersion(version)}`);
  await inRoot(lab, root, ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...exact]);
  await inRoot(lab, root, ['apt-mark', 'hold', ...names]);
  await inRoot(lab, root, ['apt-get', 'clean']);
}
