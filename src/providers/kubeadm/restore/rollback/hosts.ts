import type { HostPart } from '../../../../backup/manifest.ts';
import type { PackageName, VersionText } from '../../../../cluster/observation.ts';
import { minorOf } from '../../../../cluster/version.ts';
import type { HostBackup } from '../../../../restore/etcd/host-backup.ts';
import type { RestoreHost } from '../../../../restore/etcd/plan.ts';
import { releaseOfPackage } from '../../scripts/offers.ts';
import { type StaticPod, staticPodOf } from '../../static-pod.ts';
import type { HostFacts, ManifestName } from '../facts.ts';
import { MANIFESTS } from '../places.ts';

const MANIFEST_NAMES: readonly ManifestName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
];
const PACKAGES: readonly PackageName[] = ['kubeadm', 'kubelet', 'kubectl'];

/** A node's host, what was found there, and what it was when the backup was taken. */
export interface NodeThen {
  readonly host: RestoreHost;
  readonly facts: HostFacts;
  /** Version of its kubelet in the backup. */
  readonly kubelet: VersionText;
  /** Whether its package repository is of another minor than that: packages of the next one were brought to it. */
  readonly otherRepository: boolean;
  /** Whether this rollback began with it before. */
  readonly begun: boolean;
  /** Absent for workers, whose files are in no backup. */
  readonly backup?: { readonly files: HostBackup; readonly part: HostPart };
}

/** A node's host and what has to come back to it. */
export interface RollbackHost extends NodeThen {
  /** To be installed, as `kubelet=1.35.4-1.1`. */
  readonly packages: readonly string[];
  /** Packages of the older version that no repository of the host has. */
  readonly missing: readonly string[];
  /** What apt said when it could not read that repository; empty if it could. */
  readonly offersError: string;
  /** Images that the host has to have before anything is stopped. */
  readonly images: readonly string[];
  /** Whether its kubelet is of another minor than it was. */
  readonly otherMinor: boolean;
}

/** Manifests of static pods as a backup has them. */
export function manifestsOf({ file }: HostBackup): Readonly<Partial<Record<ManifestName, StaticPod>>> {
  return Object.fromEntries(
    MANIFEST_NAMES.flatMap((name): [ManifestName, StaticPod][] => {
      const pod = staticPodOf(file(`${MANIFESTS}/${name}.yaml`) ?? '', name);
      return pod === undefined ? [] : [[name, pod]];
    }),
  );
}

/** Packages of a host that are not what they were: those of a control plane by their exact versions, those of a worker by its kubelet's. */
export function changedPackages({ facts, kubelet, backup }: NodeThen): readonly PackageName[] {
  return PACKAGES.filter((name) => {
    const now = facts.packages[name].version;
    if (now === '') return false;
    if (backup === undefined) return releaseOfPackage(now) !== kubelet;
    const then = backup.files.packages[name].version;
    return then !== '' && then !== now;
  });
}

/** Whether anything but its package repository has to come back to a host. */
export function hasChanged(node: NodeThen): boolean {
  return node.host.role === 'control-plane' || node.begun || changedPackages(node).length > 0;
}

/**
 * What has to come back to a host.
 * @param offers packages as `name version`, of the repository of the older minor
 * @param kubeProxy image of the backup's kube-proxy, if it has one
 */
export function rollbackHost(
  node: NodeThen,
  { packages: offered, error }: { readonly packages: readonly string[]; readonly error: string },
  kubeProxy: string | undefined,
): RollbackHost {
  const { backup, facts, kubelet } = node;
  const found = changedPackages(node).map((name) => {
    const exact = backup?.files.packages[name].version;
    const is = (version: string) =>
      exact === undefined ? releaseOfPackage(version) === kubelet : version === exact;
    const versions = offered.flatMap((line) => {
      const [offer, version = ''] = line.split(' ');
      return offer === name && is(version) ? [version] : [];
    });
    return { name, version: versions[0], wanted: exact ?? kubelet.slice(1) };
  });
  const pods = backup === undefined ? [] : Object.values(manifestsOf(backup.files)).map(({ image }) => image);
  const now = releaseOfPackage(facts.packages.kubelet.version);
  return {
    ...node,
    packages: found.flatMap(({ name, version }) => (version === undefined ? [] : [`${name}=${version}`])),
    missing: found.flatMap(({ name, version, wanted }) =>
      version === undefined ? [`${name} ${wanted}`] : [],
    ),
    offersError: error,
    images: hasChanged(node) ? [...pods, ...(kubeProxy === undefined ? [] : [kubeProxy])] : [],
    otherMinor: now !== undefined && minorOf(now) !== minorOf(kubelet),
  };
}
