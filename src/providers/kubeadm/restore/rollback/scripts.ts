import type { VersionText } from '../../../../cluster/observation.ts';
import { packageFunctions } from '../../scripts/packages.ts';
import { switchRepository } from '../../scripts/repository.ts';
import { quote } from '../../scripts/shell.ts';
import { MANIFESTS, restoreDirectory, STOPPED, UNFINISHED } from '../places.ts';
import { END_PODS_FUNCTION, IMAGE_FUNCTIONS } from '../scripts/runtime.ts';

/** What the files of a host are called while they wait there. */
export const FILES_NAME = 'files.tar';

export interface StageBack {
  readonly restoreId: string;
  /** The line that says which restore the host is in; undefined where nothing else will be done there. */
  readonly unfinished: string | undefined;
  /** Whether its repository has to be another one. */
  readonly switches: boolean;
  /** Newest version that the host may have now, and the one that its kubelet goes back to. */
  readonly from: VersionText;
  readonly to: VersionText;
  /** Package repository that the cluster file names; default the one that the host uses. */
  readonly repository: string | undefined;
  /** As `kubelet=1.35.4-1.1`. */
  readonly packages: readonly string[];
  readonly images: readonly string[];
}

/** Brings images and packages of the older version to a host; what runs there stays as it is. Images first: they change nothing. */
export function stageBackScript(stage: StageBack): string {
  const { restoreId, unfinished, switches, from, to, repository, packages, images } = stage;
  const directory = restoreDirectory(restoreId);
  const pulls =
    images.length === 0
      ? ''
      : `${IMAGE_FUNCTIONS}for image in ${images.map(quote).join(' ')}; do
  pull_image "$image" || { echo "error: $image cannot be had" >&2; exit 1; }
done
`;
  const change = switches ? switchRepository({ from, to }, repository, `${directory}/before`) : '';
  const download =
    packages.length === 0
      ? ''
      : `echo "downloading ${packages.join(' ')}"
download_exact ${packages.map(quote).join(' ')}
`;
  return `${pulls}mkdir -p -m 700 ${directory}
${packageFunctions(to)}${change}${download}${unfinished === undefined ? '' : `echo ${quote(unfinished)} >${UNFINISHED}\n`}touch ${directory}/staged`;
}

export interface PutBack {
  readonly restoreId: string;
  readonly version: VersionText;
  readonly packages: readonly string[];
  /** Whether a kubelet of another minor ran here, whose pods and notes of them the older one must not find. */
  readonly otherMinor: boolean;
  /** A control plane has its files of the backup beside it; a worker what the upgrade kept of its kubelet. */
  readonly files: 'of-the-backup' | 'kept';
  /** Whether certificates and kubeconfigs of the backup are still good. */
  readonly certificates: 'put-back' | 'stay';
}

/** Packages, and the files of a host as they were; its static pods stay stopped, its kubelet runs again afterwards. */
export function putBackScript(put: PutBack): string {
  const directory = restoreDirectory(put.restoreId);
  return `${packageFunctions(put.version)}
before=${directory}/before
mkdir -p -m 700 ${directory} "$before"
systemctl stop kubelet
${put.otherMinor ? END_PODS : ''}${install(put.packages)}${put.files === 'kept' ? keptFiles(directory) : filesOfTheBackup(put, directory)}
systemctl daemon-reload
systemctl start kubelet
sync
touch ${directory}/put-back`;
}

/** What an upgrade did on the host is undone: a later one must not take its units for done. */
export function forgetUpgradeScript(to: VersionText): string {
  return `for directory in /var/lib/kubestair/units/*; do
  if [ "$directory" != "$KUBESTAIR_DIRECTORY" ]; then rm -f "$directory/exit"; fi
done
for directory in /var/lib/kubestair/before-v*; do
  version=\${directory#*/before-v}
  if [ -d "$directory" ] && [ "$version" != '${to.slice(1)}' ] && [ "$(printf '%s\\n' "$version" '${to.slice(1)}' | sort -V | tail -n 1)" = "$version" ]; then rm -r "$directory"; fi
done
`;
}

/** A kubelet whose configuration was not kept gets the one of the cluster, by the kubeadm of the older version. */
export const RENEW_CONFIGURATION = `for directory in /var/lib/kubestair/restore/*; do
  if [ ! -e "$directory/needs-configuration" ]; then continue; fi
  for attempt in $(seq 30); do
    if kubeadm upgrade node phase kubelet-config; then break; fi
    if [ "$attempt" = 30 ]; then exit 1; fi
    sleep 10
  done
  rm "$directory/needs-configuration"
done
`;

// Notes of the kubelet that are bound to its version: an older one that cannot read them does not start (kubernetes/kubernetes#86689).
const END_PODS = `${END_PODS_FUNCTION}end_pods
for note in cpu_manager_state memory_manager_state dra_manager_state allocated_pods_state actuated_pods_state device-plugins/kubelet_internal_checkpoint; do
  if [ -e /var/lib/kubelet/$note ]; then mv /var/lib/kubelet/$note "$before/$(basename $note)"; fi
done
`;

function install(packages: readonly string[]): string {
  const hold = `for name in kubeadm kubelet kubectl; do
  if [ -n "$(installed $name)" ]; then hold $name; fi
done
`;
  if (packages.length === 0) return hold;
  return `trap 'hold kubeadm kubelet kubectl 2>/dev/null' EXIT
repair
echo "installing ${packages.join(' ')}"
install_back ${packages.map(quote).join(' ')}
${hold}trap - EXIT
`;
}

const PUT = `put() {
  if cmp -s "$1" "$2"; then return 0; fi
  if [ -e "$2" ]; then
    mkdir -p "$before$(dirname "$2")"
    if [ ! -e "$before$2" ]; then cp -p "$2" "$before$2"; fi
  fi
  mkdir -p "$(dirname "$2")"
  cp -p "$1" "$2.kubestair"
  mv -f "$2.kubestair" "$2"
  echo "put back $2"
}
`;

const KUBELET_FILES = 'config.yaml instance-config.yaml kubeadm-flags.env';

// Whatever the upgrade to which version kept: what counts is the kubelet that it is for.
function keptFiles(directory: string): string {
  return `${PUT}found=
for kept in /var/lib/kubestair/before-*/kubelet; do
  if [ "$(cat "$kept/version" 2>/dev/null)" = "v$wanted_version" ]; then found=$kept; fi
done
if [ -z "$found" ]; then
  echo "note: nothing was kept of the kubelet's configuration; kubeadm writes it anew"
  touch ${directory}/needs-configuration
fi
for file in \${found:+${KUBELET_FILES}}; do
  if [ -e "$found/$file" ]; then put "$found/$file" /var/lib/kubelet/$file; fi
done
`;
}

function filesOfTheBackup({ certificates }: PutBack, directory: string): string {
  const stay =
    certificates === 'put-back'
      ? ''
      : `
    /etc/kubernetes/pki/* | /etc/kubernetes/*.conf) if [ -e "/$file" ]; then continue; fi ;;`;
  return `${PUT}files=${directory}/files
rm -rf "$files"
mkdir -m 700 "$files"
tar -x -f ${directory}/${FILES_NAME} -C "$files"
cd "$files"
mkdir -p -m 700 ${STOPPED}
find etc/kubernetes -type f | while read -r file; do
  case "/$file" in
    ${MANIFESTS}/etcd.yaml | ${MANIFESTS}/kube-apiserver.yaml | ${MANIFESTS}/kube-controller-manager.yaml | ${MANIFESTS}/kube-scheduler.yaml)
      put "$file" "${STOPPED}/$(basename "$file")"
      continue ;;
    ${MANIFESTS}/*) continue ;;
    /etc/kubernetes/kubelet.conf) if [ -e "/$file" ]; then continue; fi ;;${stay}
  esac
  put "$file" "/$file"
done
for file in ${KUBELET_FILES}; do
  if [ -e "var/lib/kubelet/$file" ]; then put "var/lib/kubelet/$file" "/var/lib/kubelet/$file"; fi
done
cd /
rm -rf "$files" ${directory}/${FILES_NAME}
`;
}
