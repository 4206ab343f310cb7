import type { Known } from './known.ts';
import type { KubeletSettings } from './kubelet-config.ts';

/** What a host says about itself beside its packages: what an upgrade could stumble over there. Plain data, without any key. */
export interface HostFacts {
  readonly hostname: string;
  /** A digest of /etc/machine-id, which is not for everybody's eyes. */
  readonly machineId: string;
  /** Name in the kubelet's own client certificate, without `system:node:`; empty where it could not be read. */
  readonly kubeletName: string;
  /** Release of the running kernel, as `uname -r` prints it. */
  readonly kernel: string;
  /** How far the clock is ahead of the one that looked, in seconds, give or take a round trip; absent if the host did not say. */
  readonly clockOffsetSeconds?: number;
  /** Active swap devices and files. */
  readonly swaps: readonly string[];
  readonly units: readonly UnitFacts[];
  /** A restart of the host is due. */
  readonly rebootRequired: boolean;
  /** Directories that an upgrade writes to and that nobody can. */
  readonly readOnly: readonly string[];
  /** Packages that dpkg has left half-way. */
  readonly brokenPackages: readonly string[];
  readonly disks: readonly DiskFacts[];
  /** Bytes in the data directory of the etcd member; 0 where there is none. */
  readonly etcdDataBytes: number;
  readonly certificates: readonly CertificateFacts[];
  /** Keys that apt checks the packages of Kubernetes with. */
  readonly packageKeys: readonly PackageKeyFacts[];
  /** /var/lib/kubelet/config.yaml. */
  readonly kubelet: Known<KubeletSettings>;
  /** How the API server of the host encrypts what it stores; absent where it encrypts nothing. */
  readonly encryption?: Known<EncryptionFacts>;
}

export interface UnitFacts {
  /** For example `kubelet`. */
  readonly name: string;
  readonly active: boolean;
  /** Whether it comes back after a restart of the host. */
  readonly enabled: boolean;
}

/** A directory and the file system that it is on. */
export interface DiskFacts {
  readonly path: string;
  /** Where that file system is mounted. */
  readonly mount: string;
  readonly freeBytes: number;
  readonly sizeBytes: number;
  readonly freeInodes: number;
}

export interface CertificateFacts {
  readonly path: string;
  /** RFC 3339; absent where the file holds no certificate that could be read. */
  readonly expiresAt?: string;
  readonly authority: boolean;
}

export interface PackageKeyFacts {
  readonly path: string;
  /** Long id of the key. */
  readonly id: string;
  /** RFC 3339; absent for a key that never expires. */
  readonly expiresAt?: string;
}

/** An EncryptionConfiguration without its keys. */
export interface EncryptionFacts {
  readonly path: string;
  /** Hexadecimal SHA-256 of the file, keys included: equal on all control planes that can read each other's data. */
  readonly sha256: string;
  readonly rules: readonly {
    readonly resources: readonly string[];
    /** Kinds of providers in order, the first one writes: `aescbc`, `kms v2`, `identity`. */
    readonly providers: readonly string[];
  }[];
}
