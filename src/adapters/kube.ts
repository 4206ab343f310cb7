import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import pRetry from 'p-retry';
import type { Dispatcher } from 'undici';
import { KubestairError } from '../errors.ts';
import { type Kube, type KubeRequest, KubeStatusError } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import { type Authentication, openAuthentication } from './kube-auth.ts';
import { refusalOf, retryAfterSeconds, unauthorized, unreachable, worthAnotherTry } from './kube-errors.ts';
import { type KubeconfigOptions, loadKubeconfig } from './kubeconfig.ts';
import { type LinkSpeed, openLinkSpeed } from './link-speed.ts';

export interface KubeOptions extends KubeconfigOptions {
  /** For the API server's audit log, for example `kubestair/0.1.0`. */
  readonly userAgent: string;
  /** Before a GET is sent again; about twice as long each further time. Default 500. */
  readonly firstPauseMilliseconds?: number | undefined;
}

/** An apiserver ends every request but watches after 60 s itself (--request-timeout); a watch answers its headers at once. */
const HEADERS_TIMEOUT = 75_000;
/** A gunzip that gives small pieces spends most of its time on the way to its thread and back. */
const GUNZIP_BYTES = 128 * 1024;
const GET_RETRIES = 4;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

/**
 * Opens the API of the kubeconfig's cluster. Nothing is sent yet.
 * @throws KubestairError KUBE_CONFIG
 */
export async function openKube(options: KubeOptions, log: Log): Promise<Kube> {
  const config = await loadKubeconfig(options);
  const context = config.getCurrentContext();
  const url = new URL(config.getCurrentCluster()?.server ?? '');
  return kubeOver({
    origin: url.origin,
    // Some servers, such as Rancher's, put a cluster below a path.
    basePath: url.pathname.replace(/\/$/, ''),
    server: url.host,
    context,
    userAgent: options.userAgent,
    authentication: openAuthentication(config, () => loadKubeconfig({ ...options, context })),
    log,
    firstPauseMilliseconds: options.firstPauseMilliseconds,
  });
}

/** The port over a connection, however that came about. */
export function kubeOver(target: KubeTarget): Kube {
  const connection: KubeConnection = { ...target, link: openLinkSpeed() };
  return {
    server: connection.server,
    context: connection.context,
    request: (request) =>
      retrying(connection, request, async () => parseBody(await send(connection, request), request)),
    stream: (request) =>
      retrying(connection, request, async () =>
        chunksOf(connection, request, await send(connection, request)),
      ),
  };
}

export interface KubeTarget extends Pick<KubeOptions, 'firstPauseMilliseconds'> {
  readonly origin: string;
  readonly basePath: string;
  readonly server: string;
  readonly context: string;
  readonly userAgent: string;
  readonly authentication: Authentication;
  readonly log: Log;
}

interface KubeConnection extends KubeTarget {
  readonly link: LinkSpeed;
}

async function retrying<T>(
  connection: KubeConnection,
  request: KubeRequest,
  attempt: () => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const name = `${request.method ?? 'GET'} ${request.path}`;
  try {
    return await pRetry(attempt, {
      retries:
        request.retries ?? (request.method === undefined || request.method === 'GET' ? GET_RETRIES : 0),
      minTimeout: connection.firstPauseMilliseconds ?? FIRST_PAUSE,
      maxTimeout: LONGEST_PAUSE,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => signal?.aborted !== true && worthAnotherTry(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (retriesLeft === 0 || signal?.aborted === true || !worthAnotherTry(error)) return;
        connection.log.debug(`${name}: ${error.message}; trying again`);
        await pause(retryAfterSeconds(error), signal);
      },
    });
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof KubeStatusError || thrown instanceof KubestairError) throw thrown;
    throw unreachable(connection, thrown);
  }
}

/** One request with current credentials; a 401 gets one more try with new ones, since tokens expire. */
async function send(connection: KubeConnection, request: KubeRequest): Promise<Body> {
  const first = await sendOnce(connection, request);
  if (first.statusCode !== 401) return accepted(first, connection, request);
  await first.body.dump();
  connection.authentication.renew();
  const second = await sendOnce(connection, request);
  if (second.statusCode !== 401) return accepted(second, connection, request);
  throw unauthorized(connection, await readRefusal(second));
}

async function sendOnce(connection: KubeConnection, request: KubeRequest): Promise<Dispatcher.ResponseData> {
  const { headers, dispatcher } = await connection.authentication.credentials();
  const method = request.method ?? 'GET';
  const started = performance.now();
  const response = await dispatcher.request({
    origin: connection.origin,
    path: connection.basePath + request.path,
    method,
    headers: { ...headers, ...headersOf(connection, request) },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    headersTimeout: HEADERS_TIMEOUT,
    signal: request.signal ?? null,
  });
  const took = Math.round(performance.now() - started);
  connection.log.debug(`${method} ${request.path} ${response.statusCode} in ${took} ms`);
  return response;
}

function headersOf(
  connection: KubeConnection,
  { method, accept, body, contentType }: KubeRequest,
): Record<string, string> {
  const fallback = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    'user-agent': connection.userAgent,
    accept: accept ?? 'application/json',
    'accept-encoding': connection.link.isSlow() ? 'gzip' : 'identity',
    ...(body === undefined ? {} : { 'content-type': contentType ?? fallback }),
  };
}

type Body = AsyncIterable<Uint8Array>;

async function accepted(
  response: Dispatcher.ResponseData,
  { link }: KubeConnection,
  { path }: KubeRequest,
): Promise<Body> {
  if (response.statusCode >= 400) throw await readRefusal(response);
  const body = plainBody(response);
  // A watch has nothing to say most of the time.
  return body === response.body && !/[?&]watch=/.test(path) ? link.watch(body) : body;
}

async function readRefusal(response: Dispatcher.ResponseData): Promise<KubeStatusError> {
  return refusalOf(response, await text(plainBody(response)));
}

/** undici's own decompression is marked experimental, and says so on stderr. */
function plainBody({ headers, body }: Dispatcher.ResponseData): Body {
  if (headers['content-encoding'] !== 'gzip') return body;
  // An error of the connection reaches the reader through the stream that it reads.
  return pipeline(body, createGunzip({ chunkSize: GUNZIP_BYTES }), () => {});
}

async function parseBody(body: Body, { method, path }: KubeRequest): Promise<unknown> {
  const answer = await text(body);
  try {
    return JSON.parse(answer);
  } catch (cause) {
    throw new KubestairError(
      'KUBE_REQUEST',
      `${method ?? 'GET'} ${path} was answered by something that is not JSON`,
      {
        next: 'Check that the kubeconfig names an API server, and no proxy or login page before it.',
        cause,
      },
    );
  }
}

async function* chunksOf(
  connection: KubeConnection,
  { signal }: KubeRequest,
  body: Body,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw unreachable(connection, thrown);
  }
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (seconds === 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener('abort', () => resolve(), { once: true });
  await promise.finally(() => clearTimeout(timer));
}
