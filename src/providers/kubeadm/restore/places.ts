/** Where kubelets look for static pods; kubeadm's own choice (cmd/kubeadm/app/constants, KubernetesDir and ManifestsSubDirName). */
export const MANIFESTS = '/etc/kubernetes/manifests';
/** Where manifests wait while their pods must not run: beside the other directory, so that a rename moves them. */
export const STOPPED = '/etc/kubernetes/stopped-by-kubestair';

const ROOT = '/var/lib/kubestair/restore';
/** Says which restore a host is in the middle of. */
export const UNFINISHED = `${ROOT}/unfinished`;
/** Highest revision that a restore gave to etcd on the host, as decimal text. */
export const LAST_REVISION = `${ROOT}/revision`;

/** What belongs to one restore on a host, but for the data of etcd. */
export function restoreDirectory(restoreId: string): string {
  return `${ROOT}/${restoreId}`;
}

/**
 * Where new data of etcd is made and old data kept. On the file system of the data directory, so that renames move it: beside the
 * directory, or within it where it is a mount point; etcd only warns of a name that it does not know there.
 */
export function dataWorkDirectory(dataDir: string, isMountPoint: boolean, restoreId: string): string {
  return isMountPoint ? `${dataDir}/kubestair-${restoreId}` : `${dataDir}.kubestair/${restoreId}`;
}
