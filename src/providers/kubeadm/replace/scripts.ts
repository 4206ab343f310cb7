import { JOINING } from '../../../cluster/mapping.ts';
import type { VersionText } from '../../../cluster/observation.ts';
import { packageFunctions } from '../scripts/packages.ts';
import { hereDocument, quote } from '../scripts/shell.ts';

/** In memory: what lies there is gone with a restart. */
const JOIN_FILE = '/run/kubestair/join.yaml';
/** Says that a join of ours was begun, so that what it left may be cleared away. */
const MARK = '/var/lib/kubestair/joining';
/** Says which kubelet.conf a join of ours ended with, so that a run that was cut off then does not join again. */
const JOINED = '/var/lib/kubestair/joined';
/** Says that a reset was begun and is not over: kubelet.conf is among the first things that go. */
const RESETTING = '/var/lib/kubestair/resetting';
/** Where kubeadm keeps what a node registers itself with. */
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';

/** Puts the configuration of a join, with its token, where root alone reads it. It reaches the host over standard input. */
export function putJoinFile(configuration: string): string {
  return `set -eu
umask 077
mkdir -p /run/kubestair
cat >${JOIN_FILE} ${hereDocument(configuration)}`;
}

export interface JoinScript {
  readonly clusterUid: string;
  readonly node: string;
  readonly version: VersionText;
}

/**
 * Installs kubelet and kubeadm and joins. A host that belongs to some cluster is left alone, but for what an own attempt left behind, and
 * one that joined already is not joined again. The token is removed whatever comes.
 */
export function joinScript({ clusterUid, node, version }: JoinScript): string {
  // In a shell of its own, since installing has traps of its own.
  return `trap 'rm -f ${JOIN_FILE}' EXIT
(
${packageFunctions(version)}
if [ -e /etc/kubernetes/kubelet.conf ]; then
  if [ -e ${JOINED} ] && sha256sum --check --status ${JOINED}; then
    echo "this host has joined already"
    systemctl restart kubelet
    exit 0
  fi
  if [ "$(cat ${MARK} 2>/dev/null)" != ${quote(clusterUid)} ]; then
    echo "error: this host belongs to a cluster already: /etc/kubernetes/kubelet.conf is there" >&2
    exit 1
  fi
  kubeadm reset --force --cleanup-tmp-dir
fi
names="kubelet kubeadm"
if [ -n "$(installed kubectl)" ]; then names="$names kubectl"; fi
install_held $names
echo ${quote(clusterUid)} >${MARK}
kubeadm join --config ${JOIN_FILE}
systemctl enable --quiet kubelet
${forgetTaint(node)}
sha256sum /etc/kubernetes/kubelet.conf >${JOINED}
rm -f ${MARK}
)`;
}

/**
 * The taint of a join is for the first registration of its node alone: were the Node object deleted one day, the kubelet would come back
 * with it. It is forgotten by the join itself, once its node is there, since whoever started it may be gone by then.
 */
function forgetTaint(node: string): string {
  return `for second in $(seq 30); do
  if ! command -v kubectl >/dev/null; then sleep 5; break; fi
  if kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node ${quote(node)} >/dev/null 2>&1; then break; fi
  sleep 1
done
if [ -e ${FLAGS} ]; then
  sed -i 's/ *--register-with-taints=${JOINING.replace('/', '[/]')}:NoSchedule//' ${FLAGS}
fi`;
}

/**
 * Takes a host out of its cluster. What kubeadm leaves behind is cleared: the rules of kube-proxy and the interfaces of the network, not
 * its configuration, which is the host's own where an image or an administrator put it there.
 */
export const RESET = `mkdir -p /var/lib/kubestair
touch ${RESETTING}
if [ -e /etc/kubernetes/kubelet.conf ] || [ -e /var/lib/kubelet/config.yaml ]; then
  kubeadm reset --force --cleanup-tmp-dir
fi
rm -f /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf ${JOINED}
rm -rf /var/lib/cni /var/lib/kubelet/pki
for name in cni0 flannel.1 kube-ipvs0 nodelocaldns; do
  if ip link show "$name" >/dev/null 2>&1; then ip link delete "$name"; fi
done
for tool in iptables ip6tables; do
  if command -v $tool-save >/dev/null; then
    $tool-save 2>/dev/null | grep -v -E 'KUBE-|CNI-|cali-|cali:' >/run/kubestair-rules || :
    $tool-restore </run/kubestair-rules 2>/dev/null || :
    rm -f /run/kubestair-rules
  fi
done
if command -v ipvsadm >/dev/null; then ipvsadm --clear; fi
if command -v nft >/dev/null; then
  nft delete table ip kube-proxy 2>/dev/null || :
  nft delete table ip6 kube-proxy 2>/dev/null || :
fi
rm -f ${RESETTING}
`;

/** Prints whether the host belongs to a cluster, or has not been wholly taken out of one. */
export const IS_JOINED = `if [ -e /etc/kubernetes/kubelet.conf ] || [ -e ${RESETTING} ]; then echo joined; else echo free; fi`;

/** Prints what a host has that is to be joined. */
export const SPARE_FACTS = `if [ -e /etc/kubernetes/kubelet.conf ]; then
  echo "joined $(sed -n 's/^ *server: *//p' /etc/kubernetes/kubelet.conf | head -n 1)"
  echo "mark $(cat ${MARK} 2>/dev/null)"
fi
for unit in containerd crio docker; do
  if [ "$(systemctl is-active $unit 2>/dev/null)" = active ]; then echo "runtime $unit"; fi
done
exit 0`;
