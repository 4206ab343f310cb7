/** A cluster that a change touches. */
export interface ChangedCluster {
  readonly cluster: string;
  /** Cluster file, relative to the working directory. */
  readonly file: string;
  readonly wave?: number;
}

/** Entries of a job matrix, in the form that `strategy.matrix` takes. */
export interface JobMatrix {
  readonly include: readonly ChangedCluster[];
}

/** The jobs for the clusters that a change touches: all of them, and wave by wave. */
export interface ClusterMatrix {
  readonly matrix: JobMatrix;
  /** In the order in which they have to run; there is no empty one. */
  readonly waves: readonly JobMatrix[];
}

/** Sorts clusters into waves: lower numbers first, clusters without one last, by name within. */
export function clusterMatrix(clusters: readonly ChangedCluster[]): ClusterMatrix {
  const sorted = clusters.toSorted(
    (a, b) => turnOf(a) - turnOf(b) || compareText(a.cluster, b.cluster) || compareText(a.file, b.file),
  );
  const waves = Map.groupBy(sorted, turnOf);
  return { matrix: { include: sorted }, waves: [...waves.values()].map((include) => ({ include })) };
}

function turnOf({ wave }: ChangedCluster): number {
  return wave ?? Number.MAX_SAFE_INTEGER;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
