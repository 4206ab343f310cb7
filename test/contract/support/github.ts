import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type Edition, type Operation, readDescription, readExample } from './github-description.ts';

/**
 * A stand-in for GitHub's REST API with one repository, `acme/clusters`. Every request and every answer is held against GitHub's
 * own OpenAPI description, and what does not fit is a violation, which a test has to look at.
 */
export interface GitHubStandIn extends AsyncDisposable {
  /** Base URL of the API. */
  readonly url: string;
  readonly token: string;
  /** Operations that were called, in order, with what was answered. */
  readonly calls: readonly { readonly operation: string; readonly status: number }[];
  readonly violations: readonly string[];
  readonly comments: Comment[];
  readonly files: { filename: string; status: string }[];
  /** Texts by `commit:path`. */
  readonly texts: Map<string, string>;
  head: string;
  /** Answers the next calls of an operation with something else, one each. */
  answer(operation: string, ...answers: readonly Answer[]): void;
}

export interface Comment {
  readonly id: number;
  readonly login: string;
  readonly type: 'Bot' | 'User';
  body: string;
}

export type Answer =
  | { readonly status: number; readonly message: string; readonly headers?: Readonly<Record<string, string>> }
  /** Does what was asked and cuts the connection instead of answering. */
  | 'lost'
  | 'as-usual';

export interface GitHubOptions {
  readonly edition?: Edition;
  /** Whose token it is; that of a workflow is an App's. */
  readonly as?: { readonly login: string; readonly type: 'Bot' | 'User' };
}

const pageSize = 30;
const longestBody = 65_536;

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const edition = options.edition ?? 'api.github.com';
  const as = options.as ?? { login: 'github-actions[bot]', type: 'Bot' };
  const description = await readDescription(edition);
  const examples = {
    comment: object(await readExample(edition, 'issue-comment')),
    pullRequest: object(await readExample(edition, 'pull-request')),
    file: object(list(await readExample(edition, 'diff-entry-items'))[0]),
    user: object(await readExample(edition, 'public-user-default-response')),
  };
  const base = edition === 'api.github.com' ? '' : '/api/v3';
  const calls: { operation: string; status: number }[] = [];
  const violations: string[] = [];
  const planned = new Map<string, Answer[]>();
  const state: Pick<GitHubStandIn, 'comments' | 'files' | 'texts' | 'head'> = {
    comments: [],
    files: [],
    texts: new Map(),
    head: 'a'.repeat(40),
  };
  let nextId = 1000;

  const server = createServer((request, response) => {
    void handle(request, response).catch((thrown: unknown) => {
      violations.push(String(thrown));
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}${base}`;
  const token = 'ghs_standInForTheTokenOfAWorkflow0000000';

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const target = new URL(request.url ?? '/', url);
    const body = method === 'GET' || method === 'DELETE' ? undefined : await json(request);
    const path = target.pathname.slice(base.length);
    const operation = description.operationOf(method, path);
    if (operation === undefined || !target.pathname.startsWith(base)) {
      violations.push(`${method} ${target.pathname} is no operation of GitHub's`);
      return send(response, undefined, { status: 404, body: { message: 'Not Found' } });
    }
    violations.push(...operation.requestProblems(target.searchParams, body));
    // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
    if (!request.headers['user-agent']) violations.push(`${operation.name} came without a user agent`);
    const instead = planned.get(operation.name)?.shift() ?? 'as-usual';
    if (typeof instead === 'object') {
      const { status, message, headers } = instead;
      const body = { message, documentation_url: 'https://docs.github.com/rest' };
      return send(response, operation, { status, body, ...(headers && { headers }) });
    }
    const authorized = /^(token|bearer) /i.test(request.headers.authorization ?? '');
    const result =
      authorized && request.headers.authorization?.split(' ')[1] === token
        ? carryOut(operation, target, body)
        : { status: 401, body: { message: 'Bad credentials' } };
    if (instead === 'lost') {
      calls.push({ operation: operation.name, status: 0 });
      response.destroy();
      return;
    }
    send(response, operation, result);
  }

  interface Result {
    readonly status: number;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  }

  function send(response: ServerResponse, operation: Operation | undefined, result: Result): void {
    const { status, body, headers } = result;
    if (typeof body === 'string') {
      // A raw file is no JSON, and the description says nothing of it.
      calls.push({ operation: operation?.name ?? '', status });
      response.writeHead(status, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
      response.end(body);
      return;
    }
    if (operation !== undefined) {
      calls.push({ operation: operation.name, status });
      violations.push(...operation.responseProblems(status, body));
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  function carryOut({ name, parameters }: Operation, target: URL, body: unknown): Result {
    const notFound = { status: 404, body: { message: 'Not Found' } };
    if (name !== 'GET /user' && `${parameters.owner}/${parameters.repo}` !== 'acme/clusters') return notFound;
    const comment = state.comments.find(({ id }) => id === Number(parameters.comment_id));
    switch (name) {
      case 'GET /user':
        return as.type === 'Bot'
          ? { status: 403, body: { message: 'Resource not accessible by integration' } }
          : { status: 200, body: { ...examples.user, login: as.login } };
      case 'GET /repos/{owner}/{repo}/pulls/{pull_number}': {
        const head = { ...object(examples.pullRequest.head), sha: state.head };
        // GitHub's own example has a team that does not fit its schema.
        return { status: 200, body: { ...examples.pullRequest, head, requested_teams: [] } };
      }
      case 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments':
        return paged(target, state.comments.map(toJson));
      case 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files':
        return paged(
          target,
          state.files.map((file) => ({ ...examples.file, ...file })),
        );
      case 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': {
        const text = String(object(body).body);
        if (text.length > longestBody) {
          return { status: 422, body: { message: 'Validation Failed', documentation_url: '', errors: [] } };
        }
        const added: Comment = { id: nextId++, ...as, body: text };
        state.comments.push(added);
        return { status: 201, body: toJson(added) };
      }
      case 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}':
        if (comment === undefined) return notFound;
        comment.body = String(object(body).body);
        return { status: 200, body: toJson(comment) };
      case 'GET /repos/{owner}/{repo}/contents/{path}': {
        const text = state.texts.get(`${target.searchParams.get('ref')}:${parameters.path}`);
        return text === undefined ? notFound : { status: 200, body: text };
      }
      case 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}':
        if (comment === undefined) return notFound;
        state.comments.splice(state.comments.indexOf(comment), 1);
        return { status: 204 };
      default:
        violations.push(`${name} is not part of the stand-in`);
        return notFound;
    }
  }

  function paged(target: URL, items: readonly unknown[]): Result {
    const size = Number(target.searchParams.get('per_page') ?? pageSize);
    const page = Number(target.searchParams.get('page') ?? 1);
    const next = new URL(target);
    next.searchParams.set('page', String(page + 1));
    const more = page * size < items.length;
    return {
      status: 200,
      body: items.slice((page - 1) * size, page * size),
      ...(more && { headers: { link: `<${next}>; rel="next"` } }),
    };
  }

  function toJson({ id, login, type, body }: Comment): unknown {
    const user = { ...object(examples.comment.user), login, type };
    const html_url = `https://github.com/acme/clusters/pull/7#issuecomment-${id}`;
    return { ...examples.comment, id, html_url, user, body };
  }

  return Object.assign(state, {
    url,
    token,
    calls,
    violations,
    answer(operation: string, ...answers: readonly Answer[]) {
      planned.set(operation, [...(planned.get(operation) ?? []), ...answers]);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
