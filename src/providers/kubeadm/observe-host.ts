import { type Known, known, unknown, unknownFrom } from '../../cluster/known.ts';
import type { HostObservation, PackageName, PackageObservation } from '../../cluster/observation.ts';
import { KubestairError } from '../../errors.ts';
import type { Host } from '../../ports/host.ts';
import { packageSource } from './scripts/package-source.ts';

const SCRIPT = `set -u
. /etc/os-release
printf 'os %s %s\\n' "\${ID:-}" "\${VERSION_ID:-}"
printf 'cgroup %s\\n' "$(stat -fc %T /sys/fs/cgroup)"
printf 'free %s\\n' "$(df -B1 --output=avail /var/lib | tail -n 1)"
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'package \${Package} \${Version} \${db:Status-Want} \${db:Status-Status}\\n' kubeadm kubelet kubectl 2>/dev/null
fi
if command -v apt-get >/dev/null; then
${packageSource(undefined)}
printf 'repository %s\\n' "$(own_base | sed 's#//[^/@]*@#//#')"
fi
exit 0`;

const NONE: PackageObservation = { version: '', held: false };

/**
 * What only the host can tell. It is read with sudo, so that a host where sudo does not work is found before anything is changed.
 * A host that cannot be looked at is unknown, with the code of the error (HOST_*): the plan shows what is known of the others.
 */
export async function observeHost(host: Host, signal?: AbortSignal): Promise<Known<HostObservation>> {
  try {
    const { stdout } = await host.run(SCRIPT, { sudo: true, signal, timeoutSeconds: 60 });
    return parseHost(stdout);
  } catch (thrown) {
    if (thrown instanceof KubestairError && thrown.code.startsWith('HOST_')) return unknownFrom(thrown);
    throw thrown;
  }
}

/** Reads what the script printed. */
export function parseHost(stdout: string): Known<HostObservation> {
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const fieldsOf = (key: string) => lines.find(([first]) => first === key)?.slice(1) ?? [];
  const os = fieldsOf('os').join(' ');
  const [cgroup] = fieldsOf('cgroup');
  const freeBytes = Number(fieldsOf('free')[0]);
  if (os === '' || cgroup === undefined || !Number.isFinite(freeBytes)) {
    return unknown('the host did not say what its system, cgroup version and free space are');
  }
  const packages: Record<PackageName, PackageObservation> = { kubeadm: NONE, kubelet: NONE, kubectl: NONE };
  for (const [first, name, version, want, status] of lines) {
    if (first !== 'package' || !isPackage(name) || status !== 'installed') continue;
    packages[name] = { version: version ?? '', held: want === 'hold' };
  }
  // statfs names the unified hierarchy cgroup2fs; on v1 a tmpfs holds the controllers.
  const [repository = ''] = fieldsOf('repository');
  return known({ os, cgroup: cgroup === 'cgroup2fs' ? 'v2' : 'v1', packages, repository, freeBytes });
}

function isPackage(name: string | undefined): name is PackageName {
  return name === 'kubeadm' || name === 'kubelet' || name === 'kubectl';
}
