import { NEEDS_RESTARTING } from './dnf/needs-restarting.ts';
import { PACKAGE_MANAGER } from './package-manager.ts';
import { packageSource } from './package-source.ts';
import { quote } from './shell.ts';

/** Directories that an upgrade fills: packages, programs, images, etcd and kubeadm's copies of it, the kubelet's own. */
const DISKS = [
  '/var/cache/apt/archives',
  '/var/cache/dnf',
  '/usr',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/etcd',
  '/etc/kubernetes',
  '/var/lib/kubelet',
];

const WRITTEN = ['/usr/bin', '/etc/kubernetes', '/var/lib/kubelet', '/var/lib/dpkg', '/var/lib/rpm'];

const UNITS = ['kubelet', 'containerd', 'crio', 'docker', 'cri-docker'];

/**
 * Prints facts as lines of `key value…`. It reads public certificates alone, of kubeconfigs and of files that hold a key too: no private
 * key leaves the host. What a host does not have it does not print.
 */
export const HOST_FACTS = `export LC_ALL=C
printf 'clock %s\\n' "$(date +%s.%N)"
printf 'hostname %s\\n' "$(cat /proc/sys/kernel/hostname)"
printf 'machine-id %s\\n' "$(cat /etc/machine-id 2>/dev/null)"
printf 'kernel %s\\n' "$(uname -r)"
tail -n +2 /proc/swaps 2>/dev/null | awk '{ print "swap", $1 }'
for unit in ${UNITS.join(' ')}; do
  set -- $(systemctl show -p LoadState -p ActiveState -p UnitFileState "$unit.service" 2>/dev/null)
  case " $* " in *' LoadState=loaded '*) echo "unit $unit $*" ;; esac
done
${PACKAGE_MANAGER}${NEEDS_RESTARTING}if [ -e /var/run/reboot-required ] || needs_restarting; then echo reboot-required; fi
for path in ${WRITTEN.join(' ')}; do
  if [ -d "$path" ] && [ ! -w "$path" ]; then echo "read-only $path"; fi
done
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f '\${db:Status-Abbrev}| \${Package}\\n' | awk 'substr($0, 2, 1) ~ /[HUF]/ || substr($0, 3, 1) == "R" { print "broken", $NF }'
fi
for path in ${DISKS.join(' ')}; do
  if [ -d "$path" ]; then df -B1 --output=avail,size,iavail,target "$path" 2>/dev/null | tail -n 1 | sed "s#^ *#disk $path #"; fi
done
if [ -d /var/lib/etcd ]; then du -sb /var/lib/etcd | awk '{ print "etcd-data", $1 }'; fi
manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
pki=$(sed -n 's#.*--tls-cert-file=\\([^"]*\\)/[^/"]*$#\\1#p' "$manifest" 2>/dev/null)
pki=\${pki:-/etc/kubernetes/pki}
certificate() {
  printf 'certificate %s %s\\n' "$(printf %s "$1" | base64 -w 0)" "$(sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' | base64 -w 0)"
}
if [ -e "$manifest" ]; then
  for file in "$pki"/*.crt "$pki"/etcd/*.crt; do
    if [ -e "$file" ]; then certificate "$file" <"$file"; fi
  done
fi
for file in /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet-server-current.pem /var/lib/kubelet/pki/kubelet.crt; do
  if [ -e "$file" ]; then certificate "$file" <"$file"; fi
done
for file in /etc/kubernetes/*.conf; do
  data=$(sed -n 's/^ *client-certificate-data: *//p' "$file" 2>/dev/null | head -n 1)
  if [ -n "$data" ]; then printf %s "$data" | base64 -d 2>/dev/null | certificate "$file"; fi
done
if [ -e /var/lib/kubelet/config.yaml ]; then printf 'kubelet-config %s\\n' "$(base64 -w 0 </var/lib/kubelet/config.yaml)"; fi
if [ -e "$manifest" ]; then printf 'apiserver %s\\n' "$(base64 -w 0 <"$manifest")"; fi
if [ $manager = apt ] && command -v apt-get >/dev/null && command -v gpg >/dev/null; then
${packageSource(undefined)}
entry_keyrings | while read -r file; do
  if [ -r "$file" ]; then
    gpg --batch --no-default-keyring --show-keys --with-colons "$file" 2>/dev/null | awk -F : -v file="$file" '$1 == "pub" { print "package-key", $5, ($7 == "" ? "-" : $7), file }'
  fi
done
fi
printf 'clock %s\\n' "$(date +%s.%N)"
`;

/** Prints the SHA-256 of an EncryptionConfiguration, then the file without its secrets, in base64. */
export function encryptionScript(file: string): string {
  return `set -eu
sha256sum <${quote(file)} | cut -d ' ' -f 1
sed -E 's/(secret["'\\'']?[[:space:]]*:[[:space:]]*)[^,}]*/\\1x/g' <${quote(file)} | base64 -w 0`;
}
