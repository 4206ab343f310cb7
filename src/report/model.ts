import type { Fetched } from '../backup/fetch.ts';
import type { Manifest, Proof } from '../backup/manifest.ts';
import type { PruneReport } from '../backup/prune.ts';
import type { VersionText } from '../cluster/observation.ts';
import type { WantedVersion } from '../cluster/wanted.ts';
import type { DefragPlan, DefragStep } from '../defrag/plan.ts';
import type { ErrorCode, Location } from '../errors.ts';
import type { MaintenancePlan } from '../maintenance/plan.ts';
import type { ClusterMatrix } from '../plan/matrix.ts';
import type { OfflinePlan } from '../plan/offline.ts';
import type { Plan } from '../plan/plan.ts';
import type { Comparison } from '../restore/etcd/compare.ts';
import type { RestorePlan, RestoreStep } from '../restore/etcd/plan.ts';
import type { ResourcesReport } from '../restore/resources/report.ts';
import type { StepRecord } from '../rollout/timeline.ts';
import type { WriteAvailability } from '../rollout/write-probe.ts';

/** What a command ended with: exit code, outputs, summary and JSON document derive from it. */
export type Result =
  | { readonly command: 'plan'; readonly outcome: Outcome; readonly plan: Plan; readonly source: PlanSource }
  | {
      readonly command: 'plan';
      readonly outcome: Outcome;
      /** From files alone. */
      readonly offline: OfflinePlan;
      readonly source: PlanSource;
    }
  | { readonly command: 'matrix'; readonly outcome: Outcome; readonly matrix: ClusterMatrix }
  | {
      readonly command: 'backup';
      readonly outcome: Outcome;
      readonly backup?: BackupSummary;
      /** What was pruned after it, where the cluster file asks for that. */
      readonly pruned?: PruneReport;
    }
  | {
      readonly command: 'upgrade';
      readonly outcome: Outcome;
      readonly plan: Plan;
      readonly source: PlanSource;
      readonly backup?: BackupSummary;
      readonly records: readonly StepRecord[];
      /** How the API server took writes from the first change to the last; absent where nothing was changed. */
      readonly apiWrites?: WriteAvailability;
      /** File with what was found around the steps that it stopped at. */
      readonly dossier?: string;
      readonly startedAt: string;
      readonly finishedAt: string;
      readonly runId: string;
    }
  | {
      readonly command: 'restore-resources';
      readonly outcome: Outcome;
      readonly backup: BackupSummary;
      readonly restored: ResourcesReport;
    }
  | { readonly command: 'backups'; readonly outcome: Outcome; readonly catalogue: Catalogue }
  | {
      readonly command: 'fetch';
      readonly outcome: Outcome;
      readonly backup: BackupSummary;
      /** `to` is the folder as the user named it. */
      readonly fetched: Fetched & { readonly to: string };
    }
  | { readonly command: 'prune'; readonly outcome: Outcome; readonly pruned: PruneReport }
  | ProofResult
  | { readonly command: 'unlock'; readonly outcome: Outcome; readonly freed: readonly FreedLock[] }
  | { readonly command: 'status'; readonly outcome: Outcome; readonly status: ClusterStatus }
  | MaintainResult
  | DefragResult
  | RestoreResult;

export interface MaintainResult {
  readonly command: 'maintain';
  readonly outcome: Outcome;
  /** Cluster file as the user named it. */
  readonly file: string;
  readonly dryRun: boolean;
  readonly onlyNeeded: boolean;
  readonly maintenance: MaintenancePlan;
  readonly backup?: BackupSummary;
  readonly records: readonly StepRecord[];
  /** How well the API server took writes meanwhile. */
  readonly apiWrites?: WriteAvailability;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runId: string;
}

export interface DefragResult {
  readonly command: 'defrag';
  readonly outcome: Outcome;
  /** Cluster file as the user named it. */
  readonly file: string;
  readonly dryRun: boolean;
  readonly defrag: DefragPlan;
  readonly backup?: BackupSummary;
  readonly records: readonly StepRecord<DefragStep>[];
  /** Absent where nothing was done. */
  readonly after?: DefragPlan['members'];
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runId: string;
}

/** Proofs of a backup that were made after it was taken. */
export interface ProofResult {
  readonly command: 'verify' | 'drill';
  readonly outcome: Outcome;
  readonly backup: BackupSummary;
  /** Those of this run. */
  readonly proofs: readonly Proof[];
  /** Where in the store they were recorded; absent where the store let nobody write. */
  readonly record?: string;
}

/** A restore of etcd, or a rollback, which is one too. */
export interface RestoreResult {
  readonly command: 'restore-etcd' | 'rollback';
  readonly outcome: Outcome;
  /** Cluster file as the user named it. */
  readonly file: string;
  readonly dryRun: boolean;
  /** Command line that goes on with it after a stop: the request, with the backup named that was chosen. */
  readonly goOn: string;
  readonly backup: BackupSummary;
  readonly restore: RestorePlan;
  readonly records: readonly StepRecord<RestoreStep>[];
  /** What came back, against the export; absent where it did not come to that. */
  readonly comparison?: Comparison;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runId: string;
}

/** What the store holds of a cluster; every list newest first. */
export interface Catalogue {
  readonly cluster: string;
  readonly storeUrl: string;
  /** When the store was looked at, RFC 3339. */
  readonly at: string;
  readonly backups: readonly ListedBackup[];
  /** Parts without a manifest: of a backup that is being written or was cut off. They are no backup. */
  readonly remains: readonly ListedFolder[];
  /** Manifests that this version cannot read, or that belong elsewhere. */
  readonly unreadable: readonly (ListedFolder & { readonly reason: string })[];
}

export interface ListedFolder {
  readonly id: string;
  /** All that lies there. */
  readonly bytes: number;
  /** When something was last written there, by the store's clock; RFC 3339. */
  readonly writtenAt: string;
}

export interface ListedBackup extends ListedFolder {
  readonly url: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly reason: Manifest['reason'];
  readonly state: Manifest['state'];
  /** Code of what it lacks, where it lacks something. */
  readonly lacks?: ErrorCode;
  readonly clusterUid: string;
  readonly version: VersionText;
  readonly resourceVersion: string;
  readonly objects: number;
  /** Absent where the backup holds no snapshot of etcd. */
  readonly etcdRevision?: string;
  /** Number of age recipients; 0: the parts are not encrypted. */
  readonly recipients: number;
  /** What the last attempt at each proof found that came to an end. */
  readonly proofs: Readonly<Partial<Record<Proof['kind'], 'passed' | 'failed'>>>;
}

/** One place where the lock was taken away. */
export interface FreedLock {
  readonly object: string;
  readonly holder: string;
  readonly since: string;
  readonly renewedAt: string;
}

export interface Outcome {
  readonly state: 'changed' | 'nothing-to-do' | 'ready' | 'blocked' | 'failed' | 'interrupted';
  /** Present for blocked, failed and interrupted. */
  readonly problem?: Problem;
}

export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly object?: string;
  readonly location?: Location;
  /** What shows it in detail, a line each. */
  readonly evidence?: readonly string[];
  readonly next?: string;
}

/** Where the plan came from, for messages and commands to copy. */
export interface PlanSource {
  /** Cluster file as the user named it. */
  readonly file: string;
  /** Where the version line is. */
  readonly versionAt: Location;
  /** Present where the plan was made from a saved observation and not from the cluster as it is. */
  readonly observed?: { readonly file: string; readonly savedAt: string };
}

export interface BackupSummary {
  /** With the proofs that were made after it was taken. */
  readonly manifest: Manifest;
  readonly storeUrl: string;
  /** Key prefix of the backup in the store. */
  readonly prefix: string;
}

export interface ClusterStatus {
  readonly cluster: string;
  /** As the file asks for it. */
  readonly target: WantedVersion;
  readonly apiServerVersion: VersionText;
  readonly nodes: readonly {
    readonly name: string;
    readonly role: string;
    readonly kubelet: VersionText;
    readonly ready: boolean;
    readonly unschedulable: boolean;
    readonly cordonedBy?: string;
    readonly components: Readonly<Record<string, string>>;
  }[];
  readonly lock?: {
    readonly holder: string;
    readonly who?: string;
    readonly renewedAt: string;
    readonly stale: boolean;
  };
  readonly lastBackup?: { readonly id: string; readonly finishedAt: string; readonly state: string };
  readonly lastRun?: {
    readonly runId: string;
    readonly startedAt: string;
    readonly state: string;
    readonly steps: readonly JournalLine[];
  };
}

export interface JournalLine {
  readonly at: string;
  readonly step: string;
  readonly event: string;
  readonly detail?: string;
}
