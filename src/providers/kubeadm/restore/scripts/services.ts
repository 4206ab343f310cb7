import type { MemberRuns } from '../facts.ts';
import { restoreDirectory, STOPPED, UNFINISHED } from '../places.ts';

/** Controllers go with the API server: what they remember is of a time that is over. */
export const STOP_CONTROL_PLANE = 'stop_pods kube-apiserver kube-controller-manager kube-scheduler';

export function stopEtcdScript(runs: MemberRuns): string {
  return runs.kind === 'static-pod' ? 'stop_pods etcd' : `systemctl stop ${runs.unit}`;
}

/** A member alone has no quorum, so nothing here waits for its health. */
export function startEtcdScript(runs: MemberRuns, restoreId: string): string {
  const start = runs.kind === 'static-pod' ? 'start_pods etcd' : `systemctl start --no-block ${runs.unit}`;
  return `touch ${startedMark(restoreId, 'etcd')}
${start}`;
}

export function startApiScript(restoreId: string): string {
  // A control plane without a member of etcd got nothing before.
  return `mkdir -p -m 700 ${restoreDirectory(restoreId)}
touch ${startedMark(restoreId, 'api')}
start_pods kube-apiserver`;
}

export const START_CONTROLLERS = 'start_pods kube-controller-manager kube-scheduler';

/**
 * Succeeds once anything of that kind was started anywhere, which is only done when all data was swapped: a run that goes on stops
 * nothing again.
 */
export function startedScript(restoreId: string, what: 'etcd' | 'api'): string {
  return `[ -e ${startedMark(restoreId, what)} ]`;
}

export const RESTART_KUBELET = `systemctl restart kubelet
sleep 2
systemctl is-active --quiet kubelet`;

/** The old data stays; what else the restore left goes. */
export function finishScript(restoreId: string): string {
  return `rm -f ${restoreDirectory(restoreId)}/*.tar ${restoreDirectory(restoreId)}/snapshot.db
if [ -d ${STOPPED} ]; then rmdir ${STOPPED}; fi
rm -f ${UNFINISHED}`;
}

function startedMark(restoreId: string, what: 'etcd' | 'api'): string {
  return `${restoreDirectory(restoreId)}/${what}-started`;
}
