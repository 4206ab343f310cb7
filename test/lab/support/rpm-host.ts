import { type ChildProcess, spawn } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { nodes } from '../calm.ts';
import { run } from '../command.ts';
import { hostRoot } from '../host.ts';
import { ensureDebianPackages } from '../packages.ts';
import { contentKey, ensureDirectory } from '../parts/cache.ts';
import type { Progress } from '../parts/progress.ts';
import { buildEmptyRpm, ensureRpmRepository, rpmPackages, rpmRelease } from '../parts/rpm.ts';
import { labPaths } from '../paths.ts';
import { onHost } from '../ssh.ts';
import type { LabState } from '../state.ts';
import { gateway } from '../topology.ts';
import { waitFor } from '../wait.ts';

const PORT = 8091;
/** dnf with its plugins, and what takes a program out of an rpm. */
const tools = ['dnf', 'dnf-plugins-core', 'rpm', 'rpm2cpio'];

export interface RpmRepository {
  /** Base URL, without the minor. */
  readonly url: string;
  stop(): void;
}

/** Serves rpms of the lab's versions to its hosts. */
export async function serveRpms(state: LabState, progress: Progress): Promise<RpmRepository> {
  await ensureDebianPackages(rpmPackages, progress);
  const directory = await ensureRpmRepository(state.versions, progress);
  const program = path.join(import.meta.dirname, '..', 'apt-server.ts');
  const address = gateway(state.slot);
  const server: ChildProcess = spawn(process.execPath, [program, directory, address, String(PORT)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://${address}:${PORT}/core:/stable:`;
  const key = `${url}/v1.35/rpm/repodata/repomd.xml.key`;
  await waitFor('the start of the server of rpms', () => fetch(key).catch(() => undefined), {
    timeoutMs: 20_000,
    everyMs: 200,
  });
  return { url, stop: () => server.kill() };
}

/** Makes a worker one whose kubelet, kubeadm and kubectl dnf installed, as kubernetes.io documents it for hosts with rpms. */
export async function convertToRpm(
  state: LabState,
  host: string,
  { url }: RpmRepository,
  progress: Progress,
): Promise<void> {
  const root = hostRoot(labPaths(state.name), host);
  await cp(await toolDebs(root, progress), path.join(root, 'srv/debs'), { recursive: true });
  const minor = state.version.split('.').slice(0, 2).join('.');
  const exact = ['kubelet', 'kubeadm', 'kubectl'].map((name) => `${name}-${state.version}-${rpmRelease}`);
  await onHost(
    state,
    host,
    `export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends /srv/debs/*.deb >/dev/null
    # Debian enables a plugin that nobody else has on, and it prints all settings.
    sed -i 's/^enabled *=.*/enabled = false/' /etc/dnf/plugins/local.conf
    mkdir -p /etc/yum.repos.d
    cat >/etc/yum.repos.d/kubernetes.repo <<'END'
[kubernetes]
name=Kubernetes
baseurl=${url}/v${minor}/rpm/
enabled=1
gpgcheck=1
gpgkey=${url}/v${minor}/rpm/repodata/repomd.xml.key
exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni
END
    systemctl stop kubelet
    apt-mark unhold kubelet kubeadm kubectl >/dev/null
    dpkg -r kubelet kubeadm kubectl >/dev/null
    rm -f /etc/apt/sources.list.d/kubernetes.list
    dnf -q install -y ${exact.join(' ')} --disableexcludes=kubernetes
    systemctl daemon-reload
    systemctl enable -q --now kubelet`,
  );
  await waitFor(
    `${host} to be Ready with the kubelet of its rpm`,
    async () => (await nodes(state)).find((node) => node.name === host && node.ready),
    { timeoutMs: 90_000 },
  );
}

/** An rpm that a host has at 1.0, while a repository on the host offers 1.1: one by whose name dnf tells that a restart is due. */
export async function offerRpmUpdate(state: LabState, host: string): Promise<void> {
  const directory = path.join(hostRoot(labPaths(state.name), host), 'srv/updates');
  const old = await buildEmptyRpm(directory, 'systemd', '1.0');
  await onHost(state, host, `rpm -i /srv/updates/${old}`);
  await buildEmptyRpm(directory, 'systemd', '1.1');
  await onHost(
    state,
    host,
    `printf '%s\\n' '[updates]' 'name=Updates' 'baseurl=file:///srv/updates' 'gpgcheck=0' >/etc/yum.repos.d/updates.repo`,
  );
}

/** The debs that a host lacks, fetched once: hosts reach nothing but the lab. */
async function toolDebs(root: string, progress: Progress): Promise<string> {
  const status = path.join(root, 'var/lib/dpkg/status');
  const key = contentKey([tools, await readFile(status, 'utf8')]);
  return ensureDirectory(`debs/${key}`, progress, undefined, async (directory) => {
    progress('fetching dnf and what it needs');
    const options = [
      `Dir::State::status=${status}`,
      `Dir::Cache::archives=${directory}`,
      'APT::Sandbox::User=',
    ];
    const flags = options.flatMap((option) => ['-o', option]);
    await run('apt-get', [...flags, '-y', '-qq', '--no-install-recommends', '-d', 'install', ...tools]);
  });
}
