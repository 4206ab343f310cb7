/** A port to the keys of an etcd that nobody else uses: one that a snapshot was restored into. */
export interface EtcdKeys {
  /**
   * Every key below a prefix as it was at a revision, in the order of the keys' bytes, page by page.
   * @param revision 0 for the latest
   * @throws KubestairError REVISION_COMPACTED when etcd does not remember the revision, SCRATCH_FAILED
   */
  keysAt(prefix: string, revision: bigint, signal: AbortSignal): AsyncIterable<readonly KeyRevision[]>;
  /** The value of the first key below a prefix at a revision; undefined if there is none. */
  firstValueAt(prefix: string, revision: bigint, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** How many keys there are at a revision, whatever their prefix. */
  countAt(revision: bigint, signal: AbortSignal): Promise<number>;
  close(): void;
}

export interface KeyRevision {
  readonly key: string;
  /** Revision of the key's last change, as decimal text: what Kubernetes calls the object's resourceVersion. */
  readonly modRevision: string;
}
