/** Where an object stands: its identity and its version. */
export interface Mark {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** How an object of the cluster stands to the same one in a backup. */
export type Standing =
  | 'same'
  /** Since the backup, before a restore. */
  | 'created'
  | 'changed'
  | 'deleted'
  /** After a restore: written or made by whoever runs since then. */
  | 'written-since'
  /** After a restore: written between the export and the snapshot, which comes a moment later. */
  | 'of-the-snapshot'
  /** After a restore: deleted between the export and the snapshot, or since the restore. */
  | 'gone'
  /** After a restore: neither the export nor the snapshot can have held it like that. */
  | 'unexplained';

export type Judge = (backedUp: Mark | undefined, live: Mark | undefined) => Standing;

export interface KindComparison {
  /** As kubectl names it: `deployments.apps`. */
  readonly resource: string;
  /** Changes by itself all the time, so that its differences say little. */
  readonly restless: boolean;
  readonly same: number;
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly standing: Exclude<Standing, 'same'>;
  readonly count: number;
  /** Some of them, as `namespace/name`. */
  readonly examples: readonly string[];
}

/** What a cluster and a backup differ in, kind by kind. */
export interface Comparison {
  readonly kinds: readonly KindComparison[];
  /** Kinds that could not be compared, and why. */
  readonly skipped: readonly { readonly resource: string; readonly reason: string }[];
}

const EXAMPLES = 3;

/** Kinds that kubelets and controllers write without anybody asking. */
const RESTLESS: ReadonlySet<string> = new Set([
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'nodes',
  'pods',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'csinodes.storage.k8s.io',
  'componentstatuses',
]);

/** Judges what a restore would lose. */
export const sinceBackup: Judge = (backedUp, live) => {
  if (backedUp === undefined) return 'created';
  if (live === undefined) return 'deleted';
  return isSame(backedUp, live) ? 'same' : 'changed';
};

/**
 * Judges what a restore brought back. A resource version is a revision of etcd, so it tells when an object was written.
 * @param exportedAt resource version of the export
 * @param writtenAfter resource versions above it were written after the restore
 */
export function afterRestore(exportedAt: string, writtenAfter: string): Judge {
  return (backedUp, live) => {
    if (live === undefined) return 'gone';
    if (backedUp !== undefined && isSame(backedUp, live)) return 'same';
    if (isAbove(live.resourceVersion, writtenAfter)) return 'written-since';
    return isAbove(live.resourceVersion, exportedAt) ? 'of-the-snapshot' : 'unexplained';
  };
}

/** Compares the objects of one kind; keys are `namespace/name`, or `name` alone. */
export function compareKind(
  resource: string,
  backedUp: ReadonlyMap<string, Mark>,
  live: ReadonlyMap<string, Mark>,
  judge: Judge,
): KindComparison {
  let same = 0;
  const found = new Map<Difference['standing'], string[]>();
  for (const key of new Set([...backedUp.keys(), ...live.keys()])) {
    const standing = judge(backedUp.get(key), live.get(key));
    if (standing === 'same') {
      same += 1;
      continue;
    }
    const keys = found.get(standing);
    if (keys === undefined) found.set(standing, [key]);
    else keys.push(key);
  }
  const differences = [...found].map(([standing, keys]) => ({
    standing,
    count: keys.length,
    examples: keys.toSorted().slice(0, EXAMPLES),
  }));
  return { resource, restless: RESTLESS.has(resource), same, differences };
}

/** How many objects of all kinds stand so. */
export function countOf({ kinds }: Comparison, standing: Standing): number {
  return kinds
    .map(({ same, differences }) =>
      standing === 'same'
        ? same
        : (differences.find((difference) => difference.standing === standing)?.count ?? 0),
    )
    .reduce((sum, count) => sum + count, 0);
}

function isSame(a: Mark, b: Mark): boolean {
  return a.uid === b.uid && a.resourceVersion === b.resourceVersion;
}

function isAbove(resourceVersion: string, other: string): boolean {
  return /^[0-9]+$/.test(resourceVersion) && BigInt(resourceVersion) > BigInt(other);
}
