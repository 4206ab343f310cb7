import type { Host } from '../../ports/host.ts';
import { dnfSections } from './scripts/dnf/source.ts';
import { byManager, PACKAGE_MANAGER } from './scripts/package-manager.ts';

/** Everything that makes a host the node it is; what a host does not have is left out, what it has must be readable. */
const PATHS: readonly string[] = [
  'etc/kubernetes',
  'etc/default/kubelet',
  'etc/sysconfig/kubelet',
  'etc/systemd/system/kubelet.service',
  'etc/systemd/system/kubelet.service.d',
  'usr/lib/systemd/system/kubelet.service',
  'usr/lib/systemd/system/kubelet.service.d',
  'etc/apt/sources.list.d',
  'etc/apt/keyrings',
  'etc/yum.repos.d',
  'etc/pki/rpm-gpg',
  'etc/dnf/dnf.conf',
  'etc/dnf/plugins/versionlock.list',
  'etc/dnf/versionlock.toml',
  'var/lib/kubelet/config.yaml',
  'var/lib/kubelet/instance-config.yaml',
  'var/lib/kubelet/kubeadm-flags.env',
  'var/lib/kubelet/pki',
];

const LIST_DEBS = `dpkg-query -W -f '\${Package}\\t\${Version}\\t\${db:Status-Want}\\n' >"$made/kubestair/packages.tsv"
apt-mark showhold >"$made/kubestair/holds.txt"`;

const LIST_RPMS = `${dnfSections()}rpm -qa --qf '%{NAME}\\t%{VERSION}-%{RELEASE}\\tinstall\\n' >"$made/kubestair/packages.tsv"
for name in kubeadm kubelet kubectl; do
  if is_held $name; then echo $name; fi
done >"$made/kubestair/holds.txt"`;

// The keys of encryption at rest have a part of their own, so copies of that file are left out wherever they lie. kubeadm leaves
// copies of etcd's whole directory in /etc/kubernetes/tmp (kubernetes/kubernetes#125357).
const SCRIPT = `set -eu
umask 077
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir "$made/kubestair"
${PACKAGE_MANAGER}${byManager({ apt: LIST_DEBS, dnf: LIST_RPMS })}cd /
set --
for path in ${PATHS.join(' ')}; do
  if [ -e "$path" ]; then set -- "$@" "$path"; fi
done
{
  echo etc/kubernetes/tmp
  grep -rlsE 'kind"?[[:space:]]*:[[:space:]]*"?EncryptionConfiguration' etc/kubernetes || :
} >"$made/left-out"
tar -c -f - --anchored --no-wildcards --exclude-from="$made/left-out" -C / "$@" -C "$made" kubestair
`;

/** The files of a host that a restore needs, with its package list, as a tar stream. @throws KubestairError HOST_* */
export function hostFiles(host: Host, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  return host.stream(SCRIPT, { sudo: true, signal });
}
