/** What one run is asked to do. Secrets have become private files by now; how results are shown is not part of it. */
export type Request = PlanRequest | BackupRequest | UpgradeRequest | StatusRequest;

export interface PlanRequest extends CommonRequest {
  readonly command: 'plan';
}

export interface BackupRequest extends CommonRequest {
  readonly command: 'backup';
}

export interface UpgradeRequest extends CommonRequest {
  readonly command: 'upgrade';
  /** Hash of the plan that was approved; an upgrade with another plan stops with PLAN_DRIFT. */
  readonly planHash?: string;
}

export interface StatusRequest extends CommonRequest {
  readonly command: 'status';
}

interface CommonRequest {
  /** Cluster file as the user named it, relative to `RunIo.cwd`. */
  readonly file: string;
  readonly verbose: boolean;
  readonly access: AccessOverrides;
}

/** Paths that win over the cluster file's `spec.access`; the Action fills them from its inputs. */
export interface AccessOverrides {
  readonly kubeconfigFile?: string;
  readonly sshIdentityFile?: string;
  readonly sshKnownHostsFile?: string;
}
