import { PROCESS_FUNCTIONS } from './processes.ts';

const CONTAINERD = '/run/containerd/containerd.sock';

/** Sets `$socket` to the socket of the container runtime that the kubelet uses. */
export const RUNTIME_SOCKET = `socket=$(sed -nE 's/^containerRuntimeEndpoint: *"?(unix:\\/\\/)?([^"]*)"?$/\\2/p; s/.*--container-runtime-endpoint=(unix:\\/\\/)?([^ "]*).*/\\2/p' /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env 2>/dev/null | grep . | head -n 1)
socket=\${socket:-${CONTAINERD}}
`;

/** Functions of sh about images, by way of crictl, or of ctr where the runtime is containerd. */
export const IMAGE_FUNCTIONS = `${RUNTIME_SOCKET}has_image() {
  if command -v crictl >/dev/null; then
    [ -n "$(crictl --runtime-endpoint "unix://$socket" images -q "$1" 2>/dev/null)" ]
  else
    [ -n "$(ctr --address "$socket" -n k8s.io images ls -q "name==$1")" ]
  fi
}
pull_image() {
  if has_image "$1"; then return 0; fi
  echo "pulling $1"
  if command -v crictl >/dev/null; then
    crictl --runtime-endpoint "unix://$socket" pull "$1"
  else
    ctr --address "$socket" -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$1" >/dev/null
  fi
}
`;

/**
 * Function of sh that ends the containers of all pods, as a drain would have: a kubelet of another minor must not find pods of the one
 * before it (kubernetes.io/releases/version-skew-policy, "kubelet"). They have 30 seconds to end by themselves. The kubelet is down.
 */
export const END_PODS_FUNCTION = `${PROCESS_FUNCTIONS}${RUNTIME_SOCKET}end_pods() {
  if command -v crictl >/dev/null; then
    crictl() { command crictl --runtime-endpoint "unix://$socket" "$@"; }
    for container in $(crictl ps -q); do crictl stop --timeout 30 "$container" >/dev/null 2>&1 & done
    wait
    for pod in $(crictl pods -q); do crictl stopp "$pod" >/dev/null 2>&1 || :; crictl rmp -f "$pod" >/dev/null 2>&1 || :; done
    return 0
  fi
  if ! command -v ctr >/dev/null; then echo "note: pods are left running: neither crictl nor ctr is installed"; return 0; fi
  tasks() { ctr --address "$socket" -n k8s.io tasks ls -q 2>/dev/null; }
  for task in $(tasks); do ctr --address "$socket" -n k8s.io tasks kill -s SIGTERM "$task" >/dev/null 2>&1 || :; done
  for second in $(seq 30); do
    if [ -z "$(ctr --address "$socket" -n k8s.io tasks ls 2>/dev/null | grep RUNNING)" ]; then return 0; fi
    sleep 1
  done
  for task in $(tasks); do ctr --address "$socket" -n k8s.io tasks kill -s SIGKILL "$task" >/dev/null 2>&1 || :; done
}
`;
