/**
 * Every error a person can meet, in one literal registry: the code is stable and documented in docs/errors.md,
 * the kind decides the exit code.
 */
export const ERRORS = {
  // Bad input: found before anything is touched.
  INPUT_INVALID: { kind: 'bad-input', about: 'A flag or Action input is missing or not understood.' },
  CONFIG_NOT_FOUND: { kind: 'bad-input', about: 'The cluster file does not exist or cannot be read.' },
  CONFIG_SYNTAX: { kind: 'bad-input', about: 'The cluster file is not valid YAML.' },
  CONFIG_UNKNOWN_KEY: {
    kind: 'bad-input',
    about: 'The cluster file has a key that Kubestair does not know.',
  },
  CONFIG_INVALID: {
    kind: 'bad-input',
    about: 'A value in the cluster file is missing or of the wrong form.',
  },
  OBSERVATION_INVALID: {
    kind: 'bad-input',
    about: 'A saved observation cannot be read, or was saved by another version of Kubestair.',
  },
  HISTORY_UNKNOWN: {
    kind: 'bad-input',
    about: 'git does not know the commit that something is to be compared with.',
  },
  PLAN_FILE_INVALID: {
    kind: 'bad-input',
    about: 'A file holds no plan that could have been approved.',
  },
  OUTPUT_FAILED: { kind: 'bad-input', about: 'A file that was asked for cannot be written.' },
  VERSION_INVALID: { kind: 'bad-input', about: 'A version is not of the form v1.36.3.' },
  VERSION_SKIPS_MINOR: {
    kind: 'bad-input',
    about: 'The way to the target passes a minor of which no release is known.',
  },
  VERSION_NOT_OFFERED: {
    kind: 'bad-input',
    about: 'The file asks for the newest patch of a minor, and no release of it is known.',
  },
  VERSION_DOWNGRADE: {
    kind: 'bad-input',
    about: 'The target is older than what runs; Kubernetes has no downgrade.',
  },
  VERSION_SKEW: { kind: 'bad-input', about: 'A component is outside the version skew policy.' },
  CLUSTER_UNSUPPORTED: {
    kind: 'bad-input',
    about: 'The cluster is not of a kind that this provider can upgrade.',
  },
  KUBE_CONFIG: { kind: 'bad-input', about: 'The kubeconfig cannot be read or has no such context.' },
  KUBE_CONTEXT: { kind: 'bad-input', about: 'The context leads to another cluster than the file means.' },
  KUBE_UNREACHABLE: { kind: 'bad-input', about: 'The API server does not answer.' },
  KUBE_UNAUTHORIZED: { kind: 'bad-input', about: 'The API server does not accept the credentials.' },
  HOST_UNREACHABLE: { kind: 'bad-input', about: 'A host does not answer over SSH, or through a pod on it.' },
  HOST_POD: { kind: 'bad-input', about: 'The pod through which a host is to be reached cannot be had.' },
  HOST_KEY_CHANGED: { kind: 'bad-input', about: 'A host shows another key than known_hosts has for it.' },
  HOST_KEY_UNKNOWN: { kind: 'bad-input', about: 'known_hosts has no key for a host.' },
  HOST_AUTH: { kind: 'bad-input', about: 'A host does not accept the SSH user or key.' },
  HOST_SUDO: { kind: 'bad-input', about: 'The SSH user may not use sudo without a password.' },
  STORE_NOT_FOUND: {
    kind: 'bad-input',
    about: 'The bucket or directory of the backup store does not exist.',
  },
  STORE_UNREACHABLE: { kind: 'bad-input', about: 'The backup store does not answer.' },
  IDENTITY_MISSING: { kind: 'bad-input', about: 'The backup is encrypted and no age identity was given.' },
  IDENTITY_WRONG: { kind: 'bad-input', about: 'No age identity that was given opens the backup.' },
  IDENTITY_INVALID: { kind: 'bad-input', about: 'A file holds something else than age identities.' },
  BACKUP_OTHER_CLUSTER: { kind: 'bad-input', about: 'The backup is of another cluster than the file means.' },
  BACKUP_WITHOUT_ETCD: { kind: 'bad-input', about: 'The backup holds no snapshot of etcd.' },
  NOT_CONFIRMED: {
    kind: 'bad-input',
    about: "The cluster's name was not typed, or another one was; nothing was touched.",
  },
  // Blocked: a check says no; nothing was changed.
  PLAN_BLOCKED: { kind: 'blocked', about: 'A check blocks the upgrade or the maintenance.' },
  RESTORE_BLOCKED: { kind: 'blocked', about: 'A check speaks against the restore or the rollback.' },
  OUTSIDE_WINDOW: {
    kind: 'blocked',
    about: 'No maintenance window is open, or a freeze is on.',
  },
  ROLLBACK_NO_BACKUP: {
    kind: 'blocked',
    about: 'There is no proven backup of before the hop.',
  },
  ROLLBACK_NOTHING: { kind: 'blocked', about: 'No component is newer than the backup.' },
  ROLLBACK_BACKUP: {
    kind: 'blocked',
    about: 'The backup is partial, unproven, or was taken in the middle of a hop.',
  },
  ROLLBACK_OTHER_CLUSTER: {
    kind: 'blocked',
    about: 'The backup is of another cluster, or of another certificate authority.',
  },
  ROLLBACK_TOO_FAR: { kind: 'blocked', about: 'The backup is more than one minor older.' },
  ROLLBACK_PACKAGES: {
    kind: 'blocked',
    about: 'Packages of the older version are not to be had for a host.',
  },
  ROLLBACK_ETCD_DATA: {
    kind: 'blocked',
    about: 'The etcd that would come back does not read the data of the backup.',
  },
  PLAN_OFFLINE: {
    kind: 'blocked',
    about: 'The plan was made from files alone, so nobody may approve it.',
  },
  PLAN_DRIFT: { kind: 'blocked', about: 'The plan is not the one that was approved.' },
  RESTORE_REFUSED: {
    kind: 'blocked',
    about: 'Objects of the backup cannot be restored as they are; nothing was changed.',
  },
  RESTORE_INCOMPLETE: { kind: 'failed', about: 'Some objects of the backup were not restored.' },
  LOCKED: { kind: 'blocked', about: 'Another run holds the lock of this cluster.' },
  REHEARSAL_FAILED: {
    kind: 'failed',
    about: 'The API server of the next version cannot serve what the backup holds.',
  },
  // Failed: something went wrong while working.
  KUBE_REQUEST: { kind: 'failed', about: 'The API server refused a request.' },
  STORE_REFUSED: { kind: 'failed', about: 'The backup store refuses reads or writes.' },
  STORE_FAILED: { kind: 'failed', about: 'The backup store failed while it was written or read.' },
  STORE_FULL: { kind: 'failed', about: 'The backup store has no room left.' },
  STORE_UNCONDITIONAL: {
    kind: 'bad-input',
    about: 'The store cannot write an object only where none is, which locks and manifests rest on.',
  },
  STORE_CORRUPT: { kind: 'failed', about: 'The store returned something else than was written.' },
  SNAPSHOT_CUT: { kind: 'failed', about: 'The etcd snapshot ended early or stalled.' },
  SNAPSHOT_HASH: { kind: 'failed', about: 'The etcd snapshot does not match its own SHA-256.' },
  MEMBER_NOT_FOUND: { kind: 'bad-input', about: 'etcd has no member of that name.' },
  ETCD_UNHEALTHY: { kind: 'failed', about: 'etcd has no healthy member that can give a snapshot.' },
  BACKUP_PARTIAL: {
    kind: 'failed',
    about: 'A kind could not be exported; an upgrade accepts no partial backup.',
  },
  BACKUP_INCONSISTENT: {
    kind: 'failed',
    about: 'Kinds were exported at different resource versions; an upgrade accepts no such backup.',
  },
  BACKUP_UNPROVEN: {
    kind: 'failed',
    about: 'A proof of the backup failed, or one that an upgrade demands could not be made.',
  },
  REVISION_COMPACTED: {
    kind: 'failed',
    about: 'etcd forgot the revision of the export before the snapshot began.',
  },
  ENCRYPTION_KEYS: {
    kind: 'failed',
    about: 'Objects in the snapshot are encrypted, and the keys for them are not there or do not fit.',
  },
  SCRATCH_UNAVAILABLE: {
    kind: 'failed',
    about: 'There is no place to run a scratch etcd and API server.',
  },
  SCRATCH_FAILED: { kind: 'failed', about: 'The scratch etcd or API server failed.' },
  BACKUP_EXISTS: { kind: 'failed', about: 'A backup of that id exists already.' },
  BACKUP_NOT_FOUND: { kind: 'bad-input', about: 'There is no backup of that id in the store.' },
  FOLDER_NOT_EMPTY: {
    kind: 'bad-input',
    about: 'The folder to fetch a backup to holds something else already.',
  },
  BACKUP_FORMAT: {
    kind: 'bad-input',
    about: "The backup's manifest is of a later format, or was damaged after it was written.",
  },
  BACKUP_FOREIGN: {
    kind: 'bad-input',
    about: "The backup's manifest is that of another backup or cluster than its place in the store says.",
  },
  FORGE_REFUSED: { kind: 'failed', about: 'GitHub does not let the token do what is needed.' },
  FORGE_UNREACHABLE: { kind: 'failed', about: 'GitHub does not answer.' },
  FORGE_FAILED: { kind: 'failed', about: 'GitHub refused a request.' },
  KEYS_UNSEALED: {
    kind: 'bad-input',
    about: 'The keys of encryption at rest would be written to the store in plain text.',
  },
  ENCRYPTION_UNREADABLE: {
    kind: 'failed',
    about: 'The EncryptionConfiguration of a control plane cannot be understood.',
  },
  HOST_COMMAND: { kind: 'failed', about: 'A command on a host failed.' },
  STEP_FAILED: { kind: 'failed', about: 'A step of the rollout failed.' },
  NODE_QUARANTINED: {
    kind: 'failed',
    about: 'A node could not be drained and was left cordoned, as the cluster file asks; the others went on.',
  },
  ROLLBACK_STAGE: {
    kind: 'failed',
    about: 'Packages or images of the older version did not reach a host; nothing was stopped.',
  },
  ETCD_FULL: { kind: 'failed', about: 'etcd has no room below its quota, although it was defragmented.' },
  DRAIN_BLOCKED: { kind: 'failed', about: 'A pod could not be evicted in time.' },
  RESTORE_DIFFERS: { kind: 'failed', about: 'What was restored is not what the backup holds.' },
  GATE_TIMEOUT: { kind: 'failed', about: 'A node or its workloads did not become healthy in time.' },
  GATE_FAILED: { kind: 'failed', about: 'A gate of the cluster file did not pass in time.' },
  HOOK_FAILED: { kind: 'failed', about: 'A hook of the cluster file failed.' },
  LOCK_LOST: { kind: 'failed', about: 'The lock was taken by another run.' },
  WINDOW_ENDED: {
    kind: 'interrupted',
    about: 'The maintenance window has no room for what comes next; the run goes on in the next one.',
  },
  INTERRUPTED: { kind: 'interrupted', about: 'The run was stopped and can be resumed.' },
  INTERNAL: { kind: 'failed', about: 'A defect of Kubestair itself.' },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly about: string }>;

export type ErrorKind = 'bad-input' | 'blocked' | 'failed' | 'interrupted';
export type ErrorCode = keyof typeof ERRORS;

/** A place in a file; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ErrorDetails {
  /** What it happened to: a node, pod or object as kubectl would name it. */
  readonly object?: string;
  readonly location?: Location;
  /** What shows it in detail, a line each, for example what differs from an approved plan. */
  readonly evidence?: readonly string[];
  /** What the reader should do next, as a sentence. */
  readonly next?: string;
  readonly cause?: unknown;
}

/** The one error class: a stable code, what happened, to what, and what to do next. */
export class KubestairError extends Error {
  override readonly name = 'KubestairError';
  readonly code: ErrorCode;
  readonly object: string | undefined;
  readonly location: Location | undefined;
  readonly evidence: readonly string[];
  readonly next: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.object = details.object;
    this.location = details.location;
    this.evidence = details.evidence ?? [];
    this.next = details.next;
  }
}

/** Turns anything thrown into a KubestairError, so that no reader ever meets a bare stack trace. */
export function asKubestairError(thrown: unknown): KubestairError {
  if (thrown instanceof KubestairError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new KubestairError('INTERNAL', message, {
    next: 'This is a defect of Kubestair: please report it with the log of a run with --verbose.',
    cause: thrown,
  });
}

/** `file:line:column`, as far as it is known. */
export function formatLocation(location: Location): string {
  return [location.file, location.line, location.column].filter((part) => part !== undefined).join(':');
}
