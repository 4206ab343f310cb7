/** What a workflow run on a pull request is about. */
export interface PullRequestEvent {
  readonly number: number;
  /** Newest commit of the pull request when the event happened; the workflow itself checks out a merge of it. */
  readonly head: string;
  /** Commit of the base branch. */
  readonly base: string;
  /** From a fork: whoever opened it may not have what the repository's own branches have. */
  readonly fromFork: boolean;
}

/** Where an Action runs, as the runner says it. */
export interface RunnerContext {
  /** `owner/name` */
  readonly repository: string;
  readonly apiUrl: string;
  /** Page of the workflow run. */
  readonly runUrl: string;
  readonly pullRequest?: PullRequestEvent;
}

/**
 * Reads the runner's variables and the event that started the workflow.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 * @param event parsed content of the file that GITHUB_EVENT_PATH names; undefined where there is none
 */
export function readContext(
  env: Readonly<Record<string, string | undefined>>,
  event: unknown,
): RunnerContext | undefined {
  const { GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_RUN_ID } = env;
  if (!GITHUB_REPOSITORY) return undefined;
  const pullRequest = readPullRequest(event);
  return {
    repository: GITHUB_REPOSITORY,
    apiUrl: GITHUB_API_URL || 'https://api.github.com',
    runUrl: `${GITHUB_SERVER_URL || 'https://github.com'}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID ?? ''}`,
    ...(pullRequest !== undefined && { pullRequest }),
  };
}

/** The pull request of a `pull_request` event and its like; undefined for other events. */
export function readPullRequest(event: unknown): PullRequestEvent | undefined {
  const { number, head, base } = record(record(event).pull_request);
  const [headSha, baseSha] = [record(head).sha, record(base).sha];
  if (typeof number !== 'number' || typeof headSha !== 'string' || typeof baseSha !== 'string')
    return undefined;
  const ours = record(record(base).repo).full_name;
  // A fork that was deleted meanwhile leaves no repository.
  const theirs = record(record(head).repo).full_name;
  return { number, head: headSha, base: baseSha, fromFork: theirs === undefined || theirs !== ours };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
