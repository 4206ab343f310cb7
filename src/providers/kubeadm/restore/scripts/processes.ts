import { MANIFESTS, STOPPED } from '../places.ts';

/**
 * Functions of sh about programs of the control plane. They are told by their processes, whichever runtime runs them; what runs in
 * networks of its own is not the host's control plane (kubeadm's static pods have hostNetwork: true).
 */
export const PROCESS_FUNCTIONS = `pids_of() {
  for directory in /proc/[0-9]*; do
    comm=$(cat "$directory/comm" 2>/dev/null) || continue
    case " $* " in *" $comm "*) ;; *) continue ;; esac
    if [ "$(readlink "$directory/ns/net")" = "$(readlink /proc/1/ns/net)" ]; then echo "\${directory#/proc/}"; fi
  done
}
`;

/** Functions of sh that stop and start static pods. The kernel cuts names of processes after 15 characters. */
export const STATIC_POD_FUNCTIONS = `${PROCESS_FUNCTIONS}stop_pods() {
  mkdir -p -m 700 ${STOPPED}
  processes=
  for name in "$@"; do
    if [ -e ${MANIFESTS}/$name.yaml ]; then mv -f ${MANIFESTS}/$name.yaml ${STOPPED}/; fi
    processes="$processes $(echo "$name" | cut -c 1-15)"
  done
  for second in $(seq 120); do
    left=$(pids_of $processes)
    if [ -z "$left" ]; then return 0; fi
    # A kubelet that is down stops nothing; without manifests nothing is started again.
    if [ "$second" = 60 ] || ! systemctl is-active --quiet kubelet; then kill $left 2>/dev/null || :; fi
    if [ "$second" = 90 ]; then kill -9 $left 2>/dev/null || :; fi
    sleep 1
  done
  echo "error: still running: $processes" >&2
  return 1
}
start_pods() {
  for name in "$@"; do
    if [ -e ${STOPPED}/$name.yaml ]; then mv -f ${STOPPED}/$name.yaml ${MANIFESTS}/; fi
  done
  for name in "$@"; do
    for second in $(seq 120); do
      if [ -n "$(pids_of "$(echo "$name" | cut -c 1-15)")" ]; then continue 2; fi
      sleep 1
    done
    echo "error: the kubelet does not start $name; its last words:" >&2
    journalctl -u kubelet -n 15 --no-pager -o cat >&2
    return 1
  done
}
`;
