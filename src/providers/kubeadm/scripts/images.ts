import type { NodeRole, VersionText } from '../../../cluster/observation.ts';
import { byManager } from './package-manager.ts';
import { hereDocument } from './shell.ts';

/**
 * Pulls the images of the next version with the kubeadm of that version, taken out of its downloaded package, since the installed
 * one does not know them. A worker needs kube-proxy's alone, which goes through crictl or ctr, whichever there is. A pull ahead
 * only saves time: where it cannot be done, a line that begins with "note:" says so, except on a control plane, whose upgrade
 * would fail on the same image.
 */
export function pullImages(role: NodeRole, version: VersionText, configuration: string): string {
  return `work="$KUBESTAIR_DIRECTORY"
cat >"$work/images.yaml" ${hereDocument(configuration)}
kubeadm_of_version() {
  case "$(kubeadm version -o short 2>/dev/null)" in
    ${version}) command -v kubeadm; return 0 ;;
  esac
  ${byManager({ apt: FROM_DEB, dnf: FROM_RPM }).replaceAll('VERSION', version.slice(1))}
  chmod 700 "$work/kubeadm"
  if "$work/kubeadm" version -o short >/dev/null 2>&1; then echo "$work/kubeadm"; fi
}
kubeadm=$(kubeadm_of_version)
if [ -z "$kubeadm" ]; then
  echo "note: the images are not pulled ahead: kubeadm ${version} cannot be run before it is installed"
else
${role === 'control-plane' ? CONTROL_PLANE : WORKER}
fi
rm -f "$work/kubeadm" "$work/images.yaml"
`;
}

const FROM_DEB = `eval "$(apt-config shell archives Dir::Cache::archives/d)"
  package=$(ls "$archives"kubeadm_VERSION-*.deb 2>/dev/null | tail -n 1)
  if [ -z "$package" ]; then return 0; fi
  dpkg-deb --fsys-tarfile "$package" | tar -x -O -f - ./usr/bin/kubeadm >"$work/kubeadm"`;

const FROM_RPM = `cache=$(sed -nE 's/^cachedir[[:space:]]*=[[:space:]]*//p' /etc/dnf/dnf.conf 2>/dev/null | tail -n 1)
  package=$(find "\${cache:-/var/cache/dnf}" /var/cache/libdnf5 -name 'kubeadm-VERSION-*.rpm' 2>/dev/null | tail -n 1)
  if [ -z "$package" ]; then return 0; fi
  if command -v rpm2archive >/dev/null; then
    rpm2archive - <"$package" | tar -x -z -O -f - ./usr/bin/kubeadm >"$work/kubeadm"
  else
    rpm2cpio "$package" | cpio --extract --to-stdout --quiet ./usr/bin/kubeadm >"$work/kubeadm"
  fi`;

const CONTROL_PLANE = `  "$kubeadm" config images pull --config "$work/images.yaml"`;

// kubeadm may print other lines first; an image is a line without blanks. The runtime's own settings for mirrors apply.
const WORKER = `  image=$("$kubeadm" config images list --config "$work/images.yaml" 2>/dev/null | grep -E '^[^[:space:]]+/kube-proxy:[^[:space:]]+$' | tail -n 1)
  socket=$(sed -n 's/.*--container-runtime-endpoint=\\([^ "]*\\).*/\\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null || :)
  if [ -z "$socket" ]; then
    socket=$(sed -n 's/^containerRuntimeEndpoint: *"\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/\\1/p' /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/config.yaml 2>/dev/null | grep . | head -n 1)
  fi
  if [ -z "$image" ]; then
    echo "note: the image of kube-proxy is not pulled ahead: kubeadm names none"
  elif command -v crictl >/dev/null; then
    crictl --runtime-endpoint "\${socket:-unix:///run/containerd/containerd.sock}" pull "$image" || echo "note: $image could not be pulled ahead"
  elif command -v ctr >/dev/null; then
    address=\${socket#unix://}
    echo "pulling $image"
    ctr --address "\${address:-/run/containerd/containerd.sock}" -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$image" >/dev/null || echo "note: $image could not be pulled ahead"
  else
    echo "note: $image is not pulled ahead: neither crictl nor ctr is installed"
  fi`;
