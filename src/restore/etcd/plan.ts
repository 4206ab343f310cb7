import type { Part } from '../../backup/manifest.ts';
import type { Known } from '../../cluster/known.ts';
import type { VersionText } from '../../cluster/observation.ts';
import type { Finding } from '../../plan/plan.ts';
import type { Comparison } from './compare.ts';

export type RestoreStepKind =
  /** Bytes of a part reach a host. */
  | 'upload'
  /** Packages reach a host; what runs there stays as it is. */
  | 'stage'
  /** The new data is made beside the old. */
  | 'prepare'
  | 'stop-control-plane'
  | 'stop-etcd'
  /** Packages and files of the host as the backup has them. */
  | 'put-back'
  /** The new data takes the place of the old, which is kept. */
  | 'swap'
  | 'start-etcd'
  | 'quorum'
  | 'start-api'
  | 'compare'
  | 'restart-kubelets'
  | 'start-controllers'
  | 'nodes'
  | 'settle'
  | 'finish';

/** Plain data: what a dry run prints, what a run does and what the journal and the summary tell are this. */
export interface RestoreStep {
  /** Unique in the plan, and the same for a run that goes on, for example `20261121T090507Z-3f9a/cp1/swap`. */
  readonly id: string;
  readonly kind: RestoreStepKind;
  /** Absent for steps of the whole cluster. */
  readonly node?: string;
  /** Of a step of the whole cluster: the nodes on whose hosts the script runs, all at once. */
  readonly nodes?: readonly string[];
  /** For people: what it does, as a short sentence. */
  readonly does: string;
  /** What root runs on the host, as a script of sh; absent where this machine does the work. */
  readonly script?: string;
  /** The part that the script gets as its standard input, unsealed. */
  readonly feed?: Part;
  /** Steps that follow each other and name the same batch go on side by side, see plan/units.ts. */
  readonly batch?: string;
  /** Script of sh on the host that succeeds when there is nothing left to do. */
  readonly doneIf?: string;
}

/** A host that a restore works on. */
export interface RestoreHost {
  readonly name: string;
  readonly address: string;
  readonly role: 'control-plane' | 'worker' | 'etcd';
}

/** What a restore or a rollback would do, made before anything is touched. */
export interface RestorePlan {
  readonly format: 'kubestair.dev/restore-plan/v1';
  readonly tool: string;
  readonly cluster: string;
  readonly backupId: string;
  /** UID of the cluster that was backed up. */
  readonly backupUid: string;
  /** Names what this restore keeps on the hosts. A run that goes on with an unfinished restore has the same one. */
  readonly restoreId: string;
  /** Whether hosts hold the beginnings of this restore. */
  readonly goesOn: boolean;
  /** Newest version that the hosts have now, and the one of the backup. */
  readonly from: VersionText;
  readonly to: VersionText;
  readonly hosts: readonly RestoreHost[];
  /** Where the data of etcd is kept that the restore replaces, for each of its hosts. */
  readonly kept: readonly { readonly node: string; readonly path: string }[];
  readonly steps: readonly RestoreStep[];
  /** Functions of sh that stand before every script. */
  readonly functions: string;
  readonly findings: readonly Finding[];
  /** What changed since the backup and would be lost; unknown where the cluster does not answer. */
  readonly losses: Known<Comparison>;
  /**
   * Resource versions above it were written after the restore, those up to it before: the revision is bumped by so much that none
   * of before comes near. As decimal text.
   */
  readonly writtenAfter: string;
}
