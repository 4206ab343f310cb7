import type { WantedVersion } from '../cluster/wanted.ts';
import type { Acceptance } from './accept-schema.ts';
import type { GateCheck, Hook } from './gates.ts';
import type { PolicyConfig } from './policy-schema.ts';
import type { MaintenanceConfig } from './windows.ts';
import type { WorkersConfig } from './workers.ts';

/** The cluster file after validation, every default filled in. The zod schema beside it must produce exactly this. */
export interface ClusterConfig extends MaintenanceConfig {
  readonly name: string;
  readonly version: WantedVersion;
  /** Versions to pass through on the way, oldest first; minors in between that it leaves out are passed at their newest patch. */
  readonly via: readonly WantedVersion[];
  readonly provider: 'kubeadm';
  readonly access: AccessConfig;
  readonly backup: BackupConfig;
  readonly controlPlane: { readonly soakSeconds: number };
  readonly workers: WorkersConfig;
  readonly drain: DrainConfig;
  readonly gates: { readonly timeoutSeconds: number; readonly checks: readonly GateCheck[] };
  readonly hooks: readonly Hook[];
  readonly packages: PackagesConfig;
  readonly defrag: DefragConfig;
  readonly maintenance: SystemConfig;
  /** Glob patterns of manifests in the repository. */
  readonly manifests: readonly string[];
  readonly kubeadm: { readonly ignorePreflightErrors: readonly string[] };
  readonly policy: PolicyConfig;
  readonly accept: readonly Acceptance[];
}

export interface AccessConfig {
  /** kubeconfig file; default $KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Context that must be used; default the file's current one. */
  readonly context?: string;
  /** UID of kube-system that the cluster must have, against a file applied to the wrong cluster. */
  readonly clusterUid?: string;
  /** Default SSH. */
  readonly hosts?: HostsConfig;
  readonly ssh: SshConfig;
}

/** How hosts are reached: over SSH, or through a privileged pod on each node. */
export type HostsConfig =
  | { readonly transport: 'ssh' }
  | {
      readonly transport: 'pod';
      readonly namespace: string;
      /** Default one that is on the node already. */
      readonly image?: string;
    };

export interface SshConfig {
  readonly user?: string;
  readonly port?: number;
  readonly proxyJump?: string;
  readonly identityFile?: string;
  readonly knownHostsFile?: string;
  readonly configFile?: string;
  /** Addresses by node name, where the node's InternalIP cannot be reached. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Each with those before it. A cross-proof is the least that an upgrade takes. */
export const PROOF_LEVELS = ['cross-proof', 'drill', 'rehearsal'] as const;
export type ProofLevel = (typeof PROOF_LEVELS)[number];

export interface BackupConfig {
  /** `s3://bucket/prefix` or `file:///directory`. */
  readonly store: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle: boolean;
  readonly encryptTo: readonly string[];
  /** How far a backup is proven while it is taken; absent where the file leaves it open. */
  readonly prove?: ProofLevel;
  /** Whether the keys of encryption at rest may be written without recipients to seal them to. */
  readonly plainKeys: boolean;
  /** What `prune` leaves; absent: every backup. */
  readonly keep?: Keep;
  /** Whether `backup` prunes once it has a complete backup. */
  readonly pruneAfterBackup: boolean;
}

/** How many backups stay: the newest ones, and the newest of each of the last days, ISO weeks, months and years that have one. */
export interface Keep {
  readonly last?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
}

export interface DrainConfig {
  readonly timeoutSeconds: number;
  readonly deleteEmptyDir: boolean;
  /** Evict pods that no controller would make again. */
  readonly force: boolean;
  readonly onTimeout: DrainPolicy;
  /** Nodes that may be left behind by `quarantine` before the rollout stops all the same. */
  readonly maxQuarantined: number;
}

/**
 * What comes of a node that is not drained in time: the rollout stops; the node is left cordoned and the others go on; or its pods are
 * deleted past their budgets.
 */
export type DrainPolicy = 'stop' | 'quarantine' | 'force';
/** What a maintenance of the operating system does on each host. */
export interface SystemConfig {
  /** `update` installs every update, `security` those of security archives alone. */
  readonly packages: 'update' | 'security' | 'none';
  readonly reboot: 'if-needed' | 'always' | 'never';
  /** Commands of sh that root runs on the host after its packages were updated. */
  readonly run: readonly string[];
}

/** When a member of etcd is worth a defragmentation. */
export interface DefragConfig {
  /** Share of the database that is free, in per cent. */
  readonly fragmentationPercent: number;
  /** Size of the whole database. */
  readonly minSizeBytes: number;
  /** Between two members. */
  readonly pauseSeconds: number;
}

export interface PackagesConfig {
  /** Base URL of package repositories, one per minor below it; default the one that each host uses today. */
  readonly repository?: string;
}
