import type { VersionText } from '../cluster/observation.ts';
import type { ErrorCode } from '../errors.ts';
import type { ApiServerSettings } from '../proof/api-server-flags.ts';

/** Written last and create-only: a backup without a manifest does not exist. */
export interface Manifest {
  readonly format: 'kubestair.dev/backup/v1';
  /** Sortable by time: `20261121T090507Z-3f9a`. */
  readonly id: string;
  readonly tool: string;
  readonly cluster: { readonly name: string; readonly uid: string; readonly version: VersionText };
  /** Why it was taken. */
  readonly reason: 'backup' | 'upgrade';
  readonly runId: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** `complete`, or `partial` when a kind could not be exported, or not at the one version; no upgrade accepts a partial backup. */
  readonly state: 'complete' | 'partial';
  /** Resource version that the export was cut at. */
  readonly resourceVersion: string;
  readonly resources: readonly ResourcePart[];
  readonly etcd?: SnapshotPart;
  /** What a scratch API server needs to read the snapshot as the cluster's own does. */
  readonly apiServer?: ApiServerSettings;
  readonly hosts: readonly HostPart[];
  /** How each control plane encrypts its data at rest, keys included; absent where none does. */
  readonly encryption?: readonly EncryptionPart[];
  /** age recipients; empty means that the parts are not encrypted. */
  readonly recipients: readonly string[];
  readonly proofs: readonly Proof[];
}

/** One object in the store. `plain` is before compression and encryption, `sealed` is what the store holds. */
export interface Part {
  /** Relative to the backup's folder. */
  readonly path: string;
  readonly plain: Digest;
  readonly sealed: Digest;
}

export interface Digest {
  readonly bytes: number;
  /** Hexadecimal SHA-256. */
  readonly sha256: string;
}

export interface ResourcePart {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly objects: number;
  /**
   * How the cut was made: at the backup's one resource version; at the list's own where the API knows no other (aggregated APIs,
   * componentstatuses, events in an etcd of their own); or `expired`, at one of its own since the API server compacted the
   * backup's away too early. No upgrade accepts the last.
   */
  readonly consistency: 'exact' | 'own' | 'expired';
  readonly listResourceVersion: string;
  /** Absent when the kind could not be exported; then `error` says why. */
  readonly part?: Part;
  readonly error?: string;
  /** The cluster file lives with its absence: its aggregated API is dead. It then makes no backup partial. */
  readonly accepted?: { readonly reason: string; readonly until: string };
}

export interface SnapshotPart {
  readonly member: string;
  /** Hexadecimal, as etcdctl prints it. */
  readonly memberId: string;
  readonly etcdVersion: string;
  /** The member's revision when the stream began, as decimal text; the snapshot holds at least this revision. */
  readonly revision: string;
  /** The snapshot's own trailer, checked while it streamed; hexadecimal. */
  readonly trailerSha256: string;
  readonly part: Part;
}

export interface HostPart {
  readonly node: string;
  readonly part: Part;
}

/** A control plane's EncryptionConfiguration: what an API server needs to read the snapshot. */
export interface EncryptionPart {
  readonly node: string;
  /** Where it lies on the host. */
  readonly file: string;
  /** Providers in the order of the file, without their keys: `aescbc`, `kms`, `identity`. */
  readonly providers: readonly string[];
  readonly part: Part;
}

/** That a backup is what it says, and how that was found out. */
export interface Proof {
  /**
   * `checksums`: every part was read back from the store. `cross-proof`: every exported object is the one in the snapshot. `drill`: an
   * API server on the restored snapshot gives back what was exported. `rehearsal`: so does one of the next version.
   */
  readonly kind: 'checksums' | 'cross-proof' | 'drill' | 'rehearsal';
  /** `not-made` when something that it needs was not to be had. */
  readonly result: 'passed' | 'failed' | 'not-made';
  /** RFC 3339, when it ended. */
  readonly at: string;
  /** For people: what was found, in a sentence. */
  readonly detail: string;
  /** Who ran it: a workflow run's address, or user@machine. */
  readonly by?: string;
  /** Where the scratch control plane ran: a host, or `this machine`. */
  readonly where?: string;
  readonly seconds?: number;
  /** Version of the scratch API server. */
  readonly version?: VersionText;
  /** Objects that were found to be the same. */
  readonly objects?: number;
  /** What was not compared, or differs by right. */
  readonly exceptions?: readonly ProofException[];
  /** How many objects differ, and the first of them. */
  readonly differences?: number;
  readonly examples?: readonly ProofDifference[];
  /** Code of the error that ended it. */
  readonly code?: ErrorCode;
  readonly next?: string;
}

export interface ProofException {
  readonly what: string;
  readonly count: number;
  readonly reason: string;
}

export interface ProofDifference {
  /** `configmaps default/web`. */
  readonly object: string;
  readonly finding: string;
}

/** Every object of a backup but the manifest, each once. */
export function partsOf({
  resources,
  etcd,
  hosts,
  encryption = [],
}: Pick<Manifest, 'resources' | 'etcd' | 'hosts' | 'encryption'>): readonly Part[] {
  const parts = [
    ...resources.flatMap((resource) => resource.part ?? []),
    ...(etcd ? [etcd.part] : []),
    ...hosts.map((host) => host.part),
    ...encryption.map((configuration) => configuration.part),
  ];
  // Kinds without objects share one.
  const nameOf = ({ path, plain, sealed }: Part): string => [path, plain.sha256, sealed.sha256].join(' ');
  return [...new Map(parts.map((part) => [nameOf(part), part])).values()];
}
