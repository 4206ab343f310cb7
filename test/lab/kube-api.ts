import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { parse } from 'yaml';
import { LabError } from './errors.ts';

/** A way to the API server that costs no process per question. */
export interface KubeApi {
  readonly base: string;
  readonly agent: Agent;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

/** Reads a lab's kubeconfig: one cluster, one user with a certificate. */
export async function openKubeApi(kubeconfig: string): Promise<KubeApi> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = clusters[0]?.cluster;
  const user = users[0]?.user;
  if (cluster === undefined || user === undefined) {
    throw new LabError(`${kubeconfig} names no cluster or no user; start the lab again with: lab up`);
  }
  const agent = new Agent({
    keepAlive: true,
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    cert: Buffer.from(user['client-certificate-data'], 'base64'),
    key: Buffer.from(user['client-key-data'], 'base64'),
  });
  return { base: cluster.server, agent };
}

/** Asks for one object or list. */
export async function getJson<T>(api: KubeApi, path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(api, path, { signal, timeout: 5000 });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

/** What the API server answered to one request, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request with a body or without and waits for the whole answer; no answer in time is an error. */
export async function ask(
  api: KubeApi,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body?: unknown },
  timeoutMs: number,
): Promise<Answer> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { agent: api.agent, method, headers, signal };
    const outgoing = request(`${api.base}${path}`, options, resolve);
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}

/** Follows a watch until the server or the signal ends it. */
export async function* watchJson<T>(api: KubeApi, path: string, signal: AbortSignal): AsyncGenerator<T> {
  // A server that went away without a word is found out by its silence.
  const response = await send(api, path, { signal, timeout: 30_000 });
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

async function send(
  api: KubeApi,
  path: string,
  options: { readonly signal?: AbortSignal | undefined; readonly timeout: number },
): Promise<IncomingMessage> {
  const settings: RequestOptions = { agent: api.agent, timeout: options.timeout };
  if (options.signal !== undefined) settings.signal = options.signal;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${api.base}${path}`, settings, (response) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      reject(new LabError(`the API server answered ${response.statusCode} for ${path}`));
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
