import type { VersionText } from '../cluster/observation.ts';
import type { GateCheck, Hook } from '../config/gates.ts';
import type { ErrorCode, Location } from '../errors.ts';
import type { ApprovalBasis } from './approval-basis.ts';

/** One minor (or patch) up. */
export interface Hop {
  readonly from: VersionText;
  readonly to: VersionText;
}

export type StepKind =
  | 'backup'
  /** Packages and images reach the node. */
  | 'stage'
  /** `kubeadm upgrade apply` on the first control plane of a hop, `kubeadm upgrade node` on every further one. */
  | 'control-plane'
  /** `kubeadm upgrade node` on a worker: its kubelet's configuration. */
  | 'node-config'
  | 'drain'
  | 'kubelet'
  | 'ready'
  | 'uncordon'
  | 'settle'
  /** A gate of the cluster file's own. */
  | 'gate'
  /** A command of the cluster file's own, before or after a node, a hop or the run. */
  | 'hook'
  | ReplaceKind
  | MaintenanceKind;

/** What only the replacing of workers by other hosts has. */
export type ReplaceKind =
  /** A host becomes a node, which takes no pods yet. */
  | 'join'
  /** It gets the labels, taints and annotations of the node whose place it takes. */
  | 'carry-over'
  /** `kubeadm reset` on the host of a node that was drained. */
  | 'reset'
  /** The Node object goes. */
  | 'remove';

/** What only a maintenance of the operating system has. */
export type MaintenanceKind =
  /** etcd is whole: before a control plane goes away, and after it is back. */
  | 'quorum'
  /** Package updates reach the host, and it notes which boot it is in. */
  | 'prepare'
  /** Package updates are installed, and the commands of the cluster file run. */
  | 'system'
  | 'reboot'
  /** The host's record of the maintenance is closed. */
  | 'close';

/** Plain data: comment, progress, journal, resume and summary are views of the same list of steps. */
export interface Step {
  /** Unique in the plan and stable across plans of the same change, for example `v1.36.3/w1/drain`. */
  readonly id: string;
  readonly kind: StepKind;
  readonly hop: Hop;
  /** Absent for steps of the whole cluster. */
  readonly node?: string;
  /** For people: what it does, as a short sentence. */
  readonly does: string;
  /** Expected duration in seconds. */
  readonly expectedSeconds: number;
  /**
   * Steps that follow each other and name the same batch are one unit: those of one node in their order, nodes side by side, and what
   * belongs to no node after all of them. A rollout stops between units.
   */
  readonly batch?: string;
  /** Of a step on a host that is no node, or will be none: where it is reached. */
  readonly address?: string;
  /** Of steps that put one node in the place of another: the other one. */
  readonly counterpart?: string;
  /** Of a maintenance: its name in the records of the hosts. */
  readonly maintenance?: string;
  /** Of `settle`: how long the cluster is watched once it is healthy, in seconds. */
  readonly soakSeconds?: number;
  /** Of `settle`: what is through. */
  readonly closes?: Milestone;
  /** Of `drain`: what comes of a node that is not drained in time, where that is not the end of the rollout. */
  readonly onTimeout?: 'quarantine' | 'force';
  /** Begun only if no node before it was given up: what ends a hop or begins the next one. */
  readonly needsAll?: true;
  /** Of `gate`. */
  readonly gate?: GateCheck;
  /** Of `hook`. */
  readonly hook?: Hook;
  /** What is owed a follow-up from this step on, as `node/w1`, `hop/v1.36.3` or `run`; see rollout/debts.ts. */
  readonly opens?: readonly string[];
  /** What has got its follow-up once this step is done. */
  readonly pays?: readonly string[];
}

/** What a rollout comes to before it goes on. */
export type Milestone = 'control-plane' | 'batch' | 'canaries' | 'hop';

export type Severity = 'info' | 'warning' | 'blocking' | 'unknown';

/** What a check found: `unknown` blocks like `blocking`. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  /** What it is about, as kubectl would name it. */
  readonly object: string;
  readonly message: string;
  readonly remedy: string;
  /** Where an error is behind it, that error's code. */
  readonly code?: ErrorCode;
  /** Present where the cluster file lives with it; then it blocks nothing. */
  readonly accepted?: { readonly reason: string; readonly until: string };
  readonly location?: Location;
}

export type Verdict = 'ready' | 'blocked' | 'nothing-to-do';

/** Pure function of configuration, observation and tool version. */
export interface Plan {
  readonly format: 'kubestair.dev/plan/v1';
  readonly tool: string;
  readonly cluster: string;
  readonly clusterUid: string;
  readonly current: VersionText;
  readonly target: VersionText;
  readonly verdict: Verdict;
  readonly hops: readonly Hop[];
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  readonly forecast: Forecast;
  /** When it may be carried out; absent where the file says nothing of it. Not part of the hash: it changes with the time. */
  readonly window?: WindowForecast;
  /** Hosts that are worked on side by side. */
  readonly atOnce: number;
  /** Drains of the plan, and those that it saves by taking workers through several hops at once. */
  readonly drains: { readonly planned: number; readonly saved: number };
  /** What the plan rests on, to say in words how a later one differs. */
  readonly basis: ApprovalBasis;
  /** What an approval is bound to: SHA-256, in hexadecimal, of what the plan does and rests on; see planHash(). */
  readonly hash: string;
}

/** All times are RFC 3339, in UTC. */
export interface WindowForecast {
  /** Whether an upgrade may begin as the plan is made. */
  readonly state: 'open' | 'closed';
  /** Why a freeze forbids it now. */
  readonly frozen?: string;
  /** When work may begin: now, or with the next window; absent where no window opens within the next 400 days. */
  readonly opensAt?: string;
  /** When the window that it begins in ends; absent where it does not in sight. */
  readonly closesAt?: string;
  /** Windows that it takes, by what steps are expected to take. */
  readonly windows?: number;
  /** When it is expected to be through; absent where that cannot be told. */
  readonly through?: string;
}

export interface Forecast {
  readonly expectedSeconds: number;
  /** Pods that the drains of the plan evict, by node, as it looks now. */
  readonly evictions: readonly {
    readonly node: string;
    readonly pod: string;
    readonly controller: string;
    readonly budgets: readonly string[];
  }[];
  /** What the drains mean for each workload, those that are away for a time first. */
  readonly workloads: readonly WorkloadForecast[];
  /** The node that is expected to be cordoned for the longest time. */
  readonly longestAbsence?: { readonly node: string; readonly seconds: number };
}

export interface WorkloadForecast {
  /** As `Deployment/default/web`; a pod without a controller by itself. */
  readonly workload: string;
  /** Pods that run now. */
  readonly pods: number;
  /** Evictions that the plan makes of them, as it looks now. */
  readonly evicted: number;
  /** Names of the budgets that guard them. */
  readonly budgets: readonly string[];
  /** Evicted pods that no other node takes as things are now: they wait for their node. */
  readonly stranded: number;
  /** Present where the drains of one batch take all of its pods: there is only one (`single`), or all are on nodes that are away together. */
  readonly outage?: {
    readonly node: string;
    readonly reason: 'single' | 'together';
    /** How long, as far as it can be told. */
    readonly seconds?: number;
  };
}
