import type { NodeRole, VersionText } from '../../../cluster/observation.ts';
import type { Hop } from '../../../plan/plan.ts';
import { pullImages } from './images.ts';
import { packageFunctions } from './packages.ts';
import { switchRepository } from './repository.ts';
import { quote } from './shell.ts';

export interface StageInput {
  readonly hop: Hop;
  readonly role: NodeRole;
  /** Package repository that the cluster file names; default the one that the host uses. */
  readonly repository: string | undefined;
  /** ClusterConfiguration for the next version. */
  readonly configuration: string;
}

/** Brings packages and images to a host; what runs there stays as it is. */
export function stageScript({ hop, role, repository, configuration }: StageInput): string {
  return `${packageFunctions(hop.to)}
${switchRepository(hop, repository, `/var/lib/kubestair/before-${hop.to}`)}
names="kubeadm kubelet"
if [ -n "$(installed kubectl)" ]; then names="$names kubectl"; fi
packages=$(exact $names)
echo "downloading" $packages
download_exact $packages
${pullImages(role, hop.to, configuration)}`;
}

export interface UpgradeCommand {
  /** `kubeadm upgrade apply` or `kubeadm upgrade node`. */
  readonly kind: 'apply' | 'node';
  readonly version: VersionText;
  readonly ignorePreflightErrors: readonly string[];
}

/**
 * Installs kubeadm and runs its upgrade of this node. At the end it seals the kubelet's configuration with its hash: a later look
 * trusts this run only as long as the configuration is the one it wrote.
 */
export function kubeadmScript({ kind, version, ignorePreflightErrors }: UpgradeCommand): string {
  const ignored =
    ignorePreflightErrors.length === 0
      ? ''
      : ` --ignore-preflight-errors=${quote(ignorePreflightErrors.join(','))}`;
  const command = kind === 'apply' ? `kubeadm upgrade apply ${version} --yes` : 'kubeadm upgrade node';
  return `${packageFunctions(version)}
${keepKubeletFiles(version)}install_held kubeadm
${command}${ignored}
for file in /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env; do
  if [ -e "$file" ]; then sha256sum "$file"; fi
done >"$KUBESTAIR_DIRECTORY/seal"
`;
}

/** A rollback needs the kubelet's configuration as its own version had it; a worker's is in no backup. The version comes last: without it the copy is none. */
function keepKubeletFiles(version: VersionText): string {
  return `kept=/var/lib/kubestair/before-${version}/kubelet
if [ ! -e "$kept/version" ]; then
  mkdir -p "$kept"
  for file in config.yaml instance-config.yaml kubeadm-flags.env; do
    if [ -e "/var/lib/kubelet/$file" ]; then cp -p "/var/lib/kubelet/$file" "$kept/$file"; fi
  done
  kubelet --version | sed 's/^Kubernetes //' >"$kept/version.new"
  mv "$kept/version.new" "$kept/version"
fi
`;
}

/**
 * Installs kubelet and kubectl, holds all three, and restarts the kubelet if it is not the installed one that runs. A kubelet that
 * keeps dying is found here, with its last words, and not by a time-out later.
 */
export function kubeletScript(version: VersionText): string {
  return `${packageFunctions(version)}
names=kubelet
if [ -n "$(installed kubectl)" ]; then names="$names kubectl"; fi
before=$(installed kubelet)
install_held $names
if [ -n "$(installed kubeadm)" ]; then hold kubeadm; fi
pid=$(systemctl show -p MainPID --value kubelet)
if [ "$before" != "$(installed kubelet)" ] || [ ! /proc/$pid/exe -ef "$(command -v kubelet)" ]; then
  systemctl daemon-reload
  systemctl restart kubelet
  echo "kubelet restarted"
fi
steady=0
last=
for second in $(seq 90); do
  now=$(systemctl show -p ActiveState -p NRestarts -p MainPID kubelet | tr '\\n' ' ')
  case "$now" in
    *ActiveState=active*) if [ "$now" = "$last" ]; then steady=$((steady + 1)); else steady=0; fi ;;
    *) steady=0 ;;
  esac
  last=$now
  if [ "$steady" -ge 8 ]; then exit 0; fi
  sleep 1
done
echo "error: the kubelet does not stay up; its last words:" >&2
journalctl -u kubelet -n 15 --no-pager -o cat >&2
exit 1
`;
}
