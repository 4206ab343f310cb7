import type { Evidence } from './evidence.ts';
import type { Extensions } from './extensions.ts';
import type { HostFacts } from './host-facts.ts';
import type { Known } from './known.ts';
import type { KubeletSettings } from './kubelet-config.ts';
import type { Unread } from './reads.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { NodeScheduling, PodDemand, VolumePlace } from './scheduling.ts';

/** A version as Kubernetes writes it: `v1.36.3`. */
export type VersionText = `v${string}`;

/** What is: everything that a plan is made from, read once, plain data that can be stored and planned from again. */
export interface Observation {
  /** UID of the namespace kube-system: the cluster's identity (the convention of OpenTelemetry's k8s.cluster.uid). */
  readonly clusterUid: string;
  /** `kubernetesVersion` of the ClusterConfiguration in kube-system/kubeadm-config. */
  readonly configuredVersion: Known<VersionText>;
  readonly apiServerVersion: VersionText;
  /** The KubeletConfiguration of ConfigMap kube-system/kubelet-config, which an upgrade writes to every host. */
  readonly kubeletConfig: Known<KubeletSettings>;
  readonly nodes: readonly NodeObservation[];
  readonly etcd: Known<EtcdObservation>;
  readonly pods: readonly PodObservation[];
  readonly budgets: readonly BudgetObservation[];
  /** What extends the API server; looked for when a plan is made. */
  readonly extensions: Known<Extensions>;
  /** What a newer Kubernetes no longer has and is in use; looked for when a plan is made. */
  readonly evidence: Known<Evidence>;
  /** The newest proven backup; null where there is none, absent where the cluster file does not ask for its age. */
  readonly lastBackup?: Known<LastBackup | null>;
  /** What the API server did not let be read; its place above is empty. */
  readonly unread: readonly Unread[];
  /** Volumes that not every node reaches, by the claim that holds them, as `namespace/name`. */
  readonly volumes: Readonly<Record<string, VolumePlace>>;
  /** What earlier rollouts began and owe a follow-up, as `node/w1`, `hop/v1.36.3` and `run`; absent where there is nothing. */
  readonly owed?: readonly string[];
  /** Absent where no drain was in view when the cluster was looked at. */
  readonly rehearsal?: Rehearsal;
}

export interface LastBackup {
  readonly id: string;
  /** RFC 3339. */
  readonly finishedAt: string;
}

export type NodeRole = 'control-plane' | 'worker';
export type ControlPlaneComponent = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd';

export interface NodeObservation {
  readonly name: string;
  readonly role: NodeRole;
  /** Address that the host is reached at: InternalIP unless the cluster file says otherwise. */
  readonly address: string;
  readonly kubelet: VersionText;
  /** Image tag of the kube-proxy pod on the node; unknown where it does not run. */
  readonly kubeProxy: Known<VersionText>;
  /** Tags of the static pods' images (control plane only); etcd's as its image writes it, for example `3.6.6-0`. */
  readonly components: Known<Readonly<Record<ControlPlaneComponent, string>>>;
  readonly containerRuntime: string;
  readonly osImage: string;
  readonly ready: boolean;
  /** Conditions that speak against a node: NotReady and pressures, as `MemoryPressure=True`. */
  readonly problems: readonly string[];
  readonly unschedulable: boolean;
  /** Run id of the Kubestair run that cordoned the node, if one did. */
  readonly cordonedBy?: string;
  /** Of a node that Kubestair joined in the place of another one, which is still to go. */
  readonly replaces?: FreedHost;
  /** Of a node that took the place of another one: the host that became free then. */
  readonly freed?: FreedHost;
  readonly scheduling: NodeScheduling;
  readonly host: Known<HostObservation>;
}

/** A host that was a worker, by the name that it had, and where it is reached. */
export interface FreedHost {
  readonly name: string;
  readonly address: string;
}

export interface HostObservation {
  /** `ID` and `VERSION_ID` of /etc/os-release, for example `debian 12`. */
  readonly os: string;
  readonly cgroup: 'v1' | 'v2';
  readonly packages: Readonly<Record<PackageName, PackageObservation>>;
  /** Where its packages of Kubernetes come from, without the minor and without a password; empty where it has no such source. */
  readonly repository: string;
  readonly facts: HostFacts;
}

export type PackageName = 'kubeadm' | 'kubelet' | 'kubectl';

export interface PackageObservation {
  /** Exact package version, for example `1.35.4-1.1`; empty when it is not installed. */
  readonly version: string;
  readonly held: boolean;
}

export interface EtcdObservation {
  readonly topology: 'stacked' | 'external';
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly learner: boolean;
    readonly leader: boolean;
    readonly version: string;
    readonly dbSizeBytes: number;
    /** Without free pages; absent where it could not be read. */
    readonly dbSizeInUseBytes?: number;
    /** --quota-backend-bytes; absent before etcd 3.6, which does not tell. */
    readonly dbQuotaBytes?: number;
    readonly healthy: boolean;
  }[];
  readonly alarms: readonly string[];
}

export interface PodObservation {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly phase: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The controller, as `ReplicaSet/web-7d4`; absent for unmanaged pods. */
  readonly controller?: string;
  /** The workload that people know, as `Deployment/default/web`: the controller's own controller where it has one. */
  readonly workload?: string;
  /** Replicas that the workload wants, where it says so. */
  readonly desired?: number;
  /** Its controller is a DaemonSet that is gone, so nothing would make it again. */
  readonly orphan?: true;
  readonly mirror: boolean;
  readonly emptyDirs: readonly string[];
  readonly ready: boolean;
  readonly terminating: boolean;
  /** RFC 3339: when it should have been gone; absent unless it is terminating. */
  readonly terminatingSince?: string;
  /** Of a terminating pod: what keeps it. */
  readonly finalizers?: readonly string[];
  /** Kubestair itself runs in it. */
  readonly own?: true;
  readonly demand: PodDemand;
  /** PersistentVolumeClaims that it mounts and that outlive it. */
  readonly claims?: readonly string[];
  /** How long it took to get ready when it was started, as far as its status tells. */
  readonly startSeconds?: number;
}

export interface BudgetObservation {
  readonly namespace: string;
  readonly name: string;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** What the budget itself says, for people: `maxUnavailable: 0`. */
  readonly rule: string;
  /** Pods that are not ready may go whatever the budget says (unhealthyPodEvictionPolicy AlwaysAllow). */
  readonly evictsUnhealthy: boolean;
  /** Why the disruption controller could not work it out, if it could not. */
  readonly syncProblem?: string;
  /** The selector of the budget as it stands, a metav1.LabelSelector. */
  readonly selector: LabelSelector;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}
