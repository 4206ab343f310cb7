import type { HostFacts } from '../../cluster/host-facts.ts';
import { type Known, known, unknown, unknownFrom } from '../../cluster/known.ts';
import { kubeletSettings } from '../../cluster/kubelet-config.ts';
import type { HostObservation, PackageName, PackageObservation } from '../../cluster/observation.ts';
import { readYaml } from '../../cluster/yaml.ts';
import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host } from '../../ports/host.ts';
import { readEncryptionFacts } from './encryption-facts.ts';
import { type PrintedFacts, parseFacts } from './parse-host-facts.ts';
import { dnfSource } from './scripts/dnf/source.ts';
import { HOST_FACTS } from './scripts/host-facts.ts';
import { LIST_PACKAGES } from './scripts/list-packages.ts';
import { byManager, PACKAGE_MANAGER } from './scripts/package-manager.ts';
import { packageSource } from './scripts/package-source.ts';

const SCRIPT = `set -u
. /etc/os-release
printf 'os %s %s\\n' "\${ID:-}" "\${VERSION_ID:-}"
printf 'cgroup %s\\n' "$(stat -fc %T /sys/fs/cgroup)"
${PACKAGE_MANAGER}${LIST_PACKAGES}${byManager({
  apt: `if command -v apt-get >/dev/null; then
${packageSource(undefined)}
printf 'repository %s\\n' "$(own_base | sed 's#//[^/@]*@#//#')"
fi`,
  dnf: `${dnfSource(undefined)}printf 'repository %s\\n' "$(own_base)"`,
})}exit 0`;

const NONE: PackageObservation = { version: '', held: false };

/**
 * What only the host can tell. It is read with sudo, so that a host where sudo does not work is found before anything is changed.
 * A host that cannot be looked at is unknown, with the code of the error (HOST_*): the plan shows what is known of the others.
 */
export async function observeHost(
  host: Host,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Known<HostObservation>> {
  // Opens the connection too, so that the clocks are compared over one round trip below.
  const system = await observeSystem(host, signal);
  if (!system.known) return system;
  return await orUnknown(async () => {
    const before = clock.now().getTime();
    const { stdout } = await host.run(HOST_FACTS, { sudo: true, signal, timeoutSeconds: 60 });
    const between = (before + clock.now().getTime()) / 2000;
    const facts = await completeFacts(host, parseFacts(stdout), between, signal);
    return known({ ...system.value, facts });
  });
}

/** What kind of system the host is and which packages it has. Unknown like observeHost(). */
export async function observeSystem(
  host: Host,
  signal?: AbortSignal,
): Promise<Known<Omit<HostObservation, 'facts'>>> {
  return await orUnknown(async () => {
    const { stdout } = await host.run(SCRIPT, { sudo: true, signal, timeoutSeconds: 60 });
    return parseHost(stdout);
  });
}

async function orUnknown<T>(look: () => Promise<Known<T>>): Promise<Known<T>> {
  try {
    return await look();
  } catch (thrown) {
    if (thrown instanceof KubestairError && thrown.code.startsWith('HOST_')) return unknownFrom(thrown);
    throw thrown;
  }
}

async function completeFacts(
  host: Host,
  { facts, clockSeconds, kubeletConfig, apiServer }: PrintedFacts,
  ownSeconds: number,
  signal?: AbortSignal,
): Promise<HostFacts> {
  const encryption = apiServer === undefined ? undefined : await readEncryptionFacts(host, apiServer, signal);
  const own = kubeletConfig === undefined ? undefined : readYaml(kubeletConfig);
  return {
    ...facts,
    ...(Number.isFinite(clockSeconds) && { clockOffsetSeconds: Math.round(clockSeconds - ownSeconds) }),
    kubelet:
      own === undefined
        ? unknown('/var/lib/kubelet/config.yaml is missing or no KubeletConfiguration')
        : known(kubeletSettings(own)),
    ...(encryption !== undefined && { encryption }),
  };
}

/** Reads what the script printed. */
export function parseHost(stdout: string): Known<Omit<HostObservation, 'facts'>> {
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const fieldsOf = (key: string) => lines.find(([first]) => first === key)?.slice(1) ?? [];
  const os = fieldsOf('os').join(' ');
  const [cgroup] = fieldsOf('cgroup');
  if (os === '' || cgroup === undefined) {
    return unknown('the host did not say what its system and cgroup version are');
  }
  const packages: Record<PackageName, PackageObservation> = { kubeadm: NONE, kubelet: NONE, kubectl: NONE };
  for (const [first, name, version, want, status] of lines) {
    if (first !== 'package' || !isPackage(name) || status !== 'installed') continue;
    packages[name] = { version: version ?? '', held: want === 'hold' };
  }
  // statfs names the unified hierarchy cgroup2fs; on v1 a tmpfs holds the controllers.
  const [repository = ''] = fieldsOf('repository');
  return known({ os, cgroup: cgroup === 'cgroup2fs' ? 'v2' : 'v1', packages, repository });
}

function isPackage(name: string | undefined): name is PackageName {
  return name === 'kubeadm' || name === 'kubelet' || name === 'kubectl';
}
