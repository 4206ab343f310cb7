import type { VersionText } from '../cluster/observation.ts';
import { fetchCommand } from './backup-facts.ts';
import type { BackupSummary } from './model.ts';

/** How to go back by hand: sentences, and shell commands to copy. */
export interface GoBack {
  readonly about: readonly string[];
  readonly fetch: readonly string[];
  readonly steps: readonly string[];
}

/**
 * The way back by hand to what a backup holds, with public tools alone. Kubernetes has no downgrade in place
 * (https://kubernetes.io/releases/version-skew-policy/), so it leads through the etcd snapshot. The revision is
 * bumped since informers hang on to stale caches otherwise (etcd-io/etcd#16028).
 * Absent where the backup holds no snapshot.
 */
export function goBack(backup: BackupSummary, version: VersionText): GoBack | undefined {
  const { etcd, hosts } = backup.manifest;
  if (etcd === undefined) return undefined;
  return {
    about: [
      `Kubernetes has no downgrade in place: going back to ${version} means restoring etcd as it was at ${backup.manifest.startedAt}. Everything that changed in the cluster since then is lost, and volumes keep their newer contents.`,
      'Single objects need no restore: take them from the resources of the backup, one JSON object a line.',
    ],
    fetch: [
      fetchCommand(backup, etcd.part.path, 'snapshot.db'),
      `echo ${quoted(`${etcd.part.plain.sha256}  snapshot.db`)} | sha256sum --check`,
      ...hosts.map((host) => fetchCommand(backup, host.part.path, `${fileName(host.node)}.tar`)),
    ],
    steps: [
      `On every control-plane host: move /etc/kubernetes/manifests away, wait until no control-plane container runs, install the kubelet and kubeadm packages of ${version}, stop the kubelet, and move /var/lib/etcd away.`,
      'On every control-plane host: etcdutl snapshot restore snapshot.db --data-dir /var/lib/etcd --bump-revision 1000000000 --mark-compacted, with --name, --initial-cluster and --initial-advertise-peer-urls of the etcd.yaml that was moved away.',
      'On every control-plane host: unpack its tar over / and start the kubelet.',
      `On every worker: install the kubelet and kubeadm packages of ${version}, run kubeadm upgrade node, and restart the kubelet.`,
    ],
  };
}

function quoted(text: string): string {
  return `'${text}'`;
}

function fileName(node: string): string {
  return node.replaceAll('/', '_');
}
