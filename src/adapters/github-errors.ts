import { RequestError } from '@octokit/request-error';
import { KubestairError } from '../errors.ts';

/** Where GitHub asks for a pause without saying how long: "wait for at least one minute". */
const UNSAID_PAUSE_SECONDS = 60;

/**
 * How long to wait before a request is sent again; undefined where that would change nothing.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (2026-11).
 */
export function pauseSeconds(thrown: unknown, now: Date): number | undefined {
  if (isLost(thrown)) return 0;
  if (!(thrown instanceof RequestError) || !isRateLimit(thrown)) return undefined;
  const headers = thrown.response?.headers ?? {};
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return Math.max(0, after);
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) {
    return Math.max(0, Math.ceil(reset - now.getTime() / 1000));
  }
  return UNSAID_PAUSE_SECONDS;
}

/** Whether it cannot be told if a request was carried out: the server failed, or its answer did not arrive. */
export function isLost(thrown: unknown): boolean {
  return !(thrown instanceof RequestError) || thrown.status >= 500;
}

/** The status of an answer, also of one that has become a KubestairError. */
export function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof RequestError) return thrown.status;
  return thrown instanceof KubestairError && thrown.cause !== undefined ? statusOf(thrown.cause) : undefined;
}

/** What GitHub said, as an error that tells what to do. The token is in no part of it. */
export function asForgeError(thrown: unknown, request: string, repository: string): KubestairError {
  const object = `repository ${repository}`;
  // Octokit gives a request that was never answered the status 500.
  if (!(thrown instanceof RequestError) || thrown.response === undefined) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new KubestairError('FORGE_UNREACHABLE', `${request}: GitHub does not answer: ${message}`, {
      object,
      next: 'Look whether the runner reaches GitHub; HTTPS_PROXY and NO_PROXY are honoured.',
      cause: thrown,
    });
  }
  const said = `${request}: GitHub answered ${thrown.status}: ${firstLine(thrown.message)}`;
  if (isRateLimit(thrown)) {
    return new KubestairError('FORGE_FAILED', said, {
      object,
      next: 'The rate limit of the token is used up: run the job again later.',
      cause: thrown,
    });
  }
  if ([401, 403, 404].includes(thrown.status)) {
    return new KubestairError('FORGE_REFUSED', said, {
      object,
      next: 'Give the job `permissions: { pull-requests: write, contents: read }`, or another github-token. Pull requests from forks and of Dependabot get a token that may only read.',
      cause: thrown,
    });
  }
  return new KubestairError(isLost(thrown) ? 'FORGE_UNREACHABLE' : 'FORGE_FAILED', said, {
    object,
    next: 'Run the job again; if GitHub goes on refusing it, report the message.',
    cause: thrown,
  });
}

function isRateLimit({ status, message, response }: RequestError): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit/i.test(message)
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.replace(/ - https:\/\/docs\.github\.com\S*$/, '') ?? '';
}
