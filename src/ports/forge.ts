/** A narrow port to the place where pull requests live: GitHub, or GitHub Enterprise. */
export interface Forge {
  /** `owner/name`, for messages. */
  readonly repository: string;
  /**
   * Whether a comment was written with this token's identity, as far as the forge can tell.
   * @throws KubestairError FORGE_REFUSED, FORGE_UNREACHABLE, FORGE_FAILED, as every function here
   */
  wroteComments(signal?: AbortSignal): Promise<(comment: ForgeComment) => boolean>;
  /** Newest commit of a pull request. */
  headOf(pullRequest: number, signal?: AbortSignal): Promise<string>;
  /** Comments of a pull request's conversation, the oldest first. */
  comments(pullRequest: number, signal?: AbortSignal): AsyncIterable<ForgeComment>;
  addComment(pullRequest: number, body: string, signal?: AbortSignal): Promise<ForgeComment>;
  editComment(id: number, body: string, signal?: AbortSignal): Promise<ForgeComment>;
  removeComment(id: number, signal?: AbortSignal): Promise<void>;
  /** Paths that a pull request changes; deleted files are left out, and of renamed ones the new name counts. */
  changedFiles(pullRequest: number, signal?: AbortSignal): AsyncIterable<string>;
  /** A file's text at a commit; undefined where it was not there. */
  textAt(commit: string, file: string, signal?: AbortSignal): Promise<string | undefined>;
}

export interface ForgeComment {
  readonly id: number;
  /** For people. */
  readonly url: string;
  /** Login of the author; empty where the account is gone. */
  readonly author: string;
  /** Written by an App (the token of a workflow is one) and not by a person. */
  readonly byApp: boolean;
  readonly body: string;
}
