import type { Manifest } from '../../backup/manifest.ts';
import type { BackupSource } from '../../backup/unseal.ts';
import type { Known } from '../../cluster/known.ts';
import type { VersionText } from '../../cluster/observation.ts';
import type { StepContext } from '../../providers/provider.ts';
import type { RestorableBackup } from './choose-backup.ts';
import type { Comparison } from './compare.ts';
import type { RestoreHost, RestorePlan, RestoreStep } from './plan.ts';

/** What a provider does of a restore of etcd and of a rollback; the rest is shared. */
export interface Restorer {
  /** Looks at every host and at etcd, changes nothing, and says what there is to do and what speaks against it. */
  plan(request: RestoreRequest, signal: AbortSignal): Promise<RestorePlan>;
  /** What the control planes have now, and what they are in the middle of; hosts that do not answer are left out. */
  versions(nodes: readonly BackedUpNode[], signal: AbortSignal): Promise<HostVersions>;
  /** Control planes whose files are of another minor than the backup: it was taken in the middle of a hop. @throws like openPart() */
  mixed(manifest: Manifest, source: BackupSource, signal: AbortSignal): Promise<readonly string[]>;
  /** Whether a host shows that a step was done. @throws KubestairError HOST_* */
  isDone(step: RestoreStep, plan: RestorePlan, signal: AbortSignal): Promise<boolean>;
  /**
   * Runs a step's script on its host or hosts; idempotent.
   * @returns nodes that could not be reached and need not be
   * @throws KubestairError STEP_FAILED, HOST_*, of the store
   */
  run(
    step: RestoreStep,
    plan: RestorePlan,
    source: BackupSource,
    context: StepContext,
  ): Promise<readonly string[]>;
  /** What etcd lacks to be whole again: every member there and healthy, one of them leading. Empty when it is. */
  etcdProblems(plan: RestorePlan, signal: AbortSignal): Promise<readonly string[]>;
  /** From now on the hosts refuse work of a run that holds a lower epoch of the lock. @throws KubestairError LOCK_LOST, HOST_* */
  fence(host: RestoreHost, epoch: number, signal: AbortSignal): Promise<void>;
}

export interface HostVersions {
  /** Newest version of Kubernetes on any of them, running or installed; undefined where none says. */
  readonly newest: VersionText | undefined;
  /** Id of the backup that an unfinished restore is of. */
  readonly unfinished: string | undefined;
}

export interface RestoreRequest {
  readonly command: 'restore-etcd' | 'rollback';
  readonly tool: string;
  readonly runId: string;
  /** RFC 3339, when it was asked for. */
  readonly at: string;
  readonly backup: RestorableBackup;
  readonly source: BackupSource;
  /** Every node of the backup. */
  readonly nodes: readonly BackedUpNode[];
  readonly live: Known<LiveCluster>;
  readonly losses: Known<Comparison>;
  /** UID that the cluster file names, if it names one. */
  readonly expectedUid: string | undefined;
  /** A person said that the backup is of another cluster, and meant it. */
  readonly otherCluster: boolean;
  /** Control planes that are gone for good. */
  readonly without: readonly string[];
}

/** A node as a backup's export has it. */
export interface BackedUpNode {
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  readonly address: string;
  readonly kubelet: VersionText;
}

/** What the API server says of itself before a restore. */
export interface LiveCluster {
  readonly uid: string;
  readonly nodes: readonly BackedUpNode[];
}

/** The part of a backup's manifest that names a kind. */
export function partOfKind(
  { resources }: Manifest,
  group: string,
  resource: string,
): Manifest['resources'][number] | undefined {
  return resources.find((kind) => kind.group === group && kind.resource === resource);
}
