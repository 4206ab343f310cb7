/** The documented amount (etcd.io/docs/v3.6/op-guide/recovery), far above what a cluster writes between backup and restore. */
const STEP = 1_000_000_000n;

/**
 * How much the revision has to go up by in a restore, so that the cluster never sees a revision again that it had before. A backup
 * that is restored a second time needs more than the first time: the cluster has counted on from there.
 * @param snapshotRevision revision of the snapshot
 * @param known highest revision that the cluster is known to have had
 */
export function bumpFor(snapshotRevision: bigint, known: bigint): bigint {
  // Half a step is left for what was written since it was known.
  const missing = known + STEP / 2n - snapshotRevision;
  const steps = (missing + STEP - 1n) / STEP;
  return STEP * (steps > 1n ? steps : 1n);
}
