import type { PackageName, PackageObservation } from '../../../cluster/observation.ts';
import type { StaticPod } from '../static-pod.ts';

/** A host as it was found, before anything of a restore touches it. */
export interface HostFacts {
  readonly name: string;
  /** Manifests of the control plane's static pods by their names, wherever they lie. */
  readonly manifests: Readonly<Partial<Record<ManifestName, StaticPod>>>;
  /** Those that lie aside, so that their pods do not run. */
  readonly stopped: readonly ManifestName[];
  /** /etc/kubernetes/pki/ca.crt, PEM; undefined where there is none. */
  readonly ca: string | undefined;
  /** What the API server encrypts with; undefined where it encrypts nothing. */
  readonly encryption: EncryptionFacts | undefined;
  readonly unfinished: Unfinished | undefined;
  /** Highest revision that a restore gave to etcd here before. */
  readonly lastRevision: bigint;
  /** Units of Kubestair that run. */
  readonly units: readonly string[];
  readonly packages: Readonly<Record<PackageName, PackageObservation>>;
  /** Free bytes of the file system of /var/lib. */
  readonly freeBytes: number;
  readonly member: MemberFacts | undefined;
}

export type ManifestName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

export interface EncryptionFacts {
  readonly file: string;
  /** Hexadecimal SHA-256 of the file; empty where it is missing. */
  readonly sha256: string;
}

/** A restore that a host is in the middle of. */
export interface Unfinished {
  readonly restoreId: string;
  readonly backupId: string;
  /** Amount, as decimal text. */
  readonly bump: string;
}

/** A member of etcd and what its data needs. */
export interface MemberFacts {
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** With links resolved. */
  readonly dataDir: string;
  readonly walDir: string | undefined;
  readonly isMountPoint: boolean;
  /** `uid:gid`. */
  readonly owner: string;
  /** Free bytes of the file system of the data. */
  readonly freeBytes: number;
  /** For example `3.6.6`; undefined where nothing says so. */
  readonly version: string | undefined;
  readonly runs: MemberRuns;
  readonly etcdutl: EtcdutlSource | undefined;
}

export type MemberRuns =
  | { readonly kind: 'static-pod'; readonly image: string }
  /** A systemd unit, by its name. */
  | { readonly kind: 'unit'; readonly unit: string };

/** Where the etcdutl of the member's own version is to be had. */
export type EtcdutlSource =
  /** In the image, by way of containerd's socket. */
  | { readonly kind: 'image'; readonly socket: string }
  /** In the running container, for other runtimes. */
  | { readonly kind: 'process' }
  | { readonly kind: 'file'; readonly path: string };
