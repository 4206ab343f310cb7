/** A port to one etcd member. */
export interface Etcd {
  readonly endpoint: string;
  members(signal?: AbortSignal): Promise<readonly EtcdMember[]>;
  status(signal?: AbortSignal): Promise<EtcdStatus>;
  alarms(signal?: AbortSignal): Promise<readonly EtcdAlarm[]>;
  /**
   * Streams the backend database followed by its raw 32-byte SHA-256 trailer, exactly as `etcdctl snapshot save` would write it.
   * The consumer checks the trailer; this checks that the stream neither stalls nor ends early.
   * @throws KubestairError SNAPSHOT_CUT
   */
  snapshot(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Rewrites the member's database without its free pages; the member answers nothing meanwhile. May take minutes. */
  defragment(signal?: AbortSignal): Promise<void>;
  /** Forgets the history before a revision, on every member, and waits until this one has removed it. One that is forgotten already is no error. */
  compact(revision: bigint, signal?: AbortSignal): Promise<void>;
  disarm(alarm: EtcdAlarm, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface EtcdMember {
  /** Hexadecimal, as etcdctl prints it. */
  readonly id: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
}

export interface EtcdStatus {
  readonly memberId: string;
  readonly leaderId: string;
  readonly version: string;
  readonly revision: bigint;
  readonly dbSizeBytes: number;
  readonly dbSizeInUseBytes: number;
  /** --quota-backend-bytes; 0 where the member does not tell (before etcd 3.6). */
  readonly dbSizeQuotaBytes: number;
  readonly learner: boolean;
  readonly errors: readonly string[];
}

export interface EtcdAlarm {
  readonly memberId: string;
  readonly kind: 'NOSPACE' | 'CORRUPT' | 'UNKNOWN';
}
