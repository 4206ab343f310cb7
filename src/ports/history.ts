/** What the files of the working directory were at another commit. Paths are relative to that directory. */
export interface History {
  /**
   * Files that are other ones than they were at `base`; those that are gone are left out.
   * @param base a commit, branch or tag
   * @throws KubestairError HISTORY_UNKNOWN
   */
  changedSince(base: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** A file's text at a commit; undefined where it was not there. @throws KubestairError HISTORY_UNKNOWN */
  textAt(base: string, file: string, signal?: AbortSignal): Promise<string | undefined>;
}
