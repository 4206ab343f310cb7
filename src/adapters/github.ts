import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import pRetry from 'p-retry';
import { EnvHttpProxyAgent, fetch } from 'undici';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgeComment } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import { asForgeError, isLost, pauseSeconds, statusOf } from './github-errors.ts';

export interface GitHubOptions {
  readonly token: string;
  /** `https://api.github.com`, or what GITHUB_API_URL says on GitHub Enterprise. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly userAgent: string;
}

export interface GitHubDependencies {
  readonly clock: Clock;
  readonly log: Log;
}

/** Requests that may be sent again after an answer that says nothing about whether they were carried out. */
const RETRIES = 3;
const FIRST_PAUSE_SECONDS = 2;
/** A token that has to wait longer gets no comment: the plan is in the summary. */
const LONGEST_PAUSE_SECONDS = 120;
const TIMEOUT_MILLISECONDS = 30_000;

const Client = Octokit.plugin(paginateRest);

/**
 * GitHub's REST API, through the proxy that HTTPS_PROXY and NO_PROXY name. Waits out rate limits as GitHub asks for it
 * (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api), within two minutes.
 */
export function openGitHub(options: GitHubOptions, { clock, log }: GitHubDependencies): Forge {
  const [owner = '', repo = ''] = options.repository.split('/');
  const dispatcher = new EnvHttpProxyAgent();
  const silent = () => {};
  const client = new Client({
    auth: options.token,
    baseUrl: options.apiUrl,
    userAgent: options.userAgent,
    request: { fetch: (url: string, init: object) => fetch(url, { ...init, dispatcher }) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  client.hook.wrap('request', async (send, request) => {
    const signal: AbortSignal | undefined = request.request?.signal;
    const name = `${request.method} ${request.url}`;
    const once = () => {
      const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
      const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      return send({ ...request, request: { ...request.request, signal: both } });
    };
    const pauseBefore = (error: Error, attempt: number): number | undefined => {
      // A comment may have arrived although the answer did not: whoever adds one looks again instead.
      if (signal?.aborted === true || (isLost(error) && request.method === 'POST')) return undefined;
      const pause = pauseSeconds(error, clock.now());
      if (pause === undefined || pause > LONGEST_PAUSE_SECONDS) return undefined;
      return Math.max(pause, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1));
    };
    try {
      return await pRetry(once, {
        retries: RETRIES,
        minTimeout: 0,
        maxTimeout: 0,
        shouldRetry: ({ error, attemptNumber }) => pauseBefore(error, attemptNumber) !== undefined,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          const pause = pauseBefore(error, attemptNumber);
          if (pause === undefined || retriesLeft === 0) return;
          log.debug(`${name}: ${error.message}; trying again in ${pause} s`);
          await clock.sleep(pause * 1000, signal);
        },
      });
    } catch (thrown) {
      signal?.throwIfAborted();
      throw asForgeError(thrown, name, options.repository);
    }
  });
  const at = (signal: AbortSignal | undefined) => ({
    owner,
    repo,
    ...(signal !== undefined && { request: { signal } }),
  });

  return {
    repository: options.repository,

    async wroteComments(signal) {
      const login = await loginOf(client, signal);
      return ({ author, byApp }) => (login === undefined ? byApp : author === login);
    },

    async headOf(pullRequest, signal) {
      const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...at(signal),
        pull_number: pullRequest,
      });
      return data.head.sha;
    },

    async *comments(pullRequest, signal) {
      const pages = client.paginate.iterator('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...at(signal),
        issue_number: pullRequest,
        per_page: 100,
      });
      for await (const { data } of pages) yield* data.map(toComment);
    },

    async addComment(pullRequest, body, signal) {
      const { data } = await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...at(signal),
        issue_number: pullRequest,
        body,
      });
      return toComment(data);
    },

    async editComment(id, body, signal) {
      const { data } = await client.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        ...at(signal),
        comment_id: id,
        body,
      });
      return toComment(data);
    },

    async removeComment(id, signal) {
      await client.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        ...at(signal),
        comment_id: id,
      });
    },

    async textAt(commit, file, signal) {
      try {
        const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
          ...at(signal),
          path: file,
          ref: commit,
          mediaType: { format: 'raw' },
        });
        return String(data);
      } catch (thrown) {
        if (statusOf(thrown) === 404) return undefined;
        throw thrown;
      }
    },

    async *changedFiles(pullRequest, signal) {
      const pages = client.paginate.iterator('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
        ...at(signal),
        pull_number: pullRequest,
        per_page: 100,
      });
      for await (const { data } of pages) {
        yield* data.filter(({ status }) => status !== 'removed').map(({ filename }) => filename);
      }
    },
  };
}

/**
 * Login of the person whose token it is; undefined for the token of an App, which may not ask. Such a token may edit only
 * what its own App wrote or what its rights allow, so comments of Apps are taken for its own.
 */
async function loginOf(
  client: InstanceType<typeof Client>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const { data } = await client.request('GET /user', signal === undefined ? {} : { request: { signal } });
    return data.login;
  } catch (thrown) {
    if (statusOf(thrown) === 403) return undefined;
    throw thrown;
  }
}

interface WrittenComment {
  readonly id: number | bigint;
  readonly html_url: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string; readonly type?: string } | null;
}

function toComment({ id, html_url, body, user }: WrittenComment): ForgeComment {
  return {
    id: Number(id),
    url: html_url,
    author: user?.login ?? '',
    byApp: user?.type === 'Bot',
    body: body ?? '',
  };
}
