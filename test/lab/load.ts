import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, messageOf } from './errors.ts';
import { type Answer, ask, type KubeApi, openKubeApi } from './kube-api.ts';

const NAMESPACE = 'load';
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const WRITERS = 4;
/** Of each writer. */
const WRITE_EVERY_MILLISECONDS = 250;
/** A client that waits longer than this has given up. */
const ANSWER_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 100;
const PAGE = 1000;

/** What a client saw that tries every request at most twice. */
export interface Requests {
  readonly sent: number;
  /** Answered at the second try. */
  readonly retried: number;
  /** Not answered with success at the second try either. */
  readonly failures: readonly string[];
  /** Why a first try failed, and how often. */
  readonly firstErrors: Readonly<Record<string, number>>;
  /** Longest time between two that succeeded, of all writers together. */
  readonly longestGapSeconds: number;
}

export interface LoadReport {
  readonly seconds: number;
  readonly writes: Requests;
  readonly reads: Requests;
  /** Objects whose value at the end is not one that was acknowledged last, or written and not acknowledged after that. */
  readonly lost: readonly string[];
  /** Reads that brought an older value than the one that the same writer had been told was written. */
  readonly stale: readonly string[];
}

export interface Load {
  /** Ends the load and looks for every write that was acknowledged. */
  readonly stop: () => Promise<LoadReport>;
}

interface Counters {
  sent: number;
  retried: number;
  last: number;
  gap: number;
  readonly failures: string[];
  readonly firstErrors: Record<string, number>;
}

/** Values of one object, oldest first: what it may hold at the end begins with the acknowledged one. */
type Values = Map<string, { acknowledged?: number; tried: number }>;

interface Seen {
  readonly writes: Counters;
  readonly reads: Counters;
  readonly values: Values;
  readonly stale: string[];
}

/**
 * Creates, changes and reads ConfigMaps through the address of the kubeconfig until it is stopped, as clients would that try each
 * request twice: each writer has an object that it changes and reads back, and between these makes new ones.
 */
export async function startLoad(kubeconfig: string): Promise<Load> {
  const api = await openKubeApi(kubeconfig);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await ask(api, { method: 'POST', path: '/api/v1/namespaces', body: namespace }, ANSWER_MILLISECONDS);
  const began = performance.now();
  const seen: Seen = { writes: counters(began), reads: counters(began), values: new Map(), stale: [] };
  const ending = new AbortController();
  const writers = Array.from({ length: WRITERS }, (_, index) => write(api, index, seen, ending.signal));
  const stop = async (): Promise<LoadReport> => {
    ending.abort();
    await Promise.all(writers);
    const seconds = (performance.now() - began) / 1000;
    const lost = lostOf(seen.values, await listValues(api));
    api.agent.destroy();
    return {
      seconds,
      writes: reportOf(seen.writes),
      reads: reportOf(seen.reads),
      lost,
      stale: seen.stale,
    };
  };
  return { stop };
}

async function write(api: KubeApi, index: number, seen: Seen, ended: AbortSignal): Promise<void> {
  const own = `writer-${index}`;
  for (let turn = 0; !ended.aborted; turn += 1) {
    const due = performance.now() + WRITE_EVERY_MILLISECONDS;
    // Every other turn changes the writer's own object, and the others make one that stays as it is.
    if (turn % 2 === 0) {
      await put(api, own, turn, turn === 0 ? 'POST' : 'PUT', seen);
      await readBack(api, own, seen);
    } else await put(api, `${own}-${turn}`, turn, 'POST', seen);
    await sleep(Math.max(0, due - performance.now()));
  }
}

async function put(
  api: KubeApi,
  name: string,
  value: number,
  method: 'POST' | 'PUT',
  seen: Seen,
): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value: String(value) } };
  const path = method === 'POST' ? CONFIG_MAPS : `${CONFIG_MAPS}/${name}`;
  const before = seen.values.get(name);
  seen.values.set(name, { ...before, tried: value });
  const answer = await twice(api, { method, path, body }, seen.writes, `${method} ${name}`);
  if (answer !== undefined) seen.values.set(name, { acknowledged: value, tried: value });
}

async function readBack(api: KubeApi, name: string, seen: Seen): Promise<void> {
  const answer = await twice(
    api,
    { method: 'GET', path: `${CONFIG_MAPS}/${name}` },
    seen.reads,
    `GET ${name}`,
  );
  if (answer === undefined) return;
  const read = Number((JSON.parse(answer.body) as Item).data?.value);
  const { acknowledged = 0 } = seen.values.get(name) ?? {};
  if (!(read >= acknowledged)) seen.stale.push(`${name}: ${read} after ${acknowledged}`);
}

/** One try and another one. @returns undefined when both failed */
async function twice(
  api: KubeApi,
  request: { readonly method: string; readonly path: string; readonly body?: unknown },
  seen: Counters,
  what: string,
): Promise<Answer | undefined> {
  seen.sent += 1;
  const first = await tryOnce(api, request);
  if (typeof first !== 'string') return succeeded(seen, first);
  seen.firstErrors[first] = (seen.firstErrors[first] ?? 0) + 1;
  await sleep(RETRY_MILLISECONDS);
  // What the first try created without being able to say so is there.
  const second = await tryOnce(api, request, request.method === 'POST');
  if (typeof second !== 'string') {
    seen.retried += 1;
    return succeeded(seen, second);
  }
  seen.failures.push(`${new Date().toISOString()} ${what}: ${first}; ${second}`);
  return undefined;
}

/** The answer, or why there was none that tells of success. */
async function tryOnce(
  api: KubeApi,
  request: { readonly method: string; readonly path: string; readonly body?: unknown },
  mayExist = false,
): Promise<Answer | string> {
  try {
    const answer = await ask(api, request, ANSWER_MILLISECONDS);
    if (answer.status < 300 || (mayExist && answer.status === 409)) return answer;
    const { message = answer.body } = JSON.parse(answer.body) as { readonly message?: string };
    return `${answer.status} ${message}`.slice(0, 200);
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function succeeded(seen: Counters, answer: Answer): Answer {
  const now = performance.now();
  seen.gap = Math.max(seen.gap, now - seen.last);
  seen.last = now;
  return answer;
}

interface Item {
  readonly metadata: { readonly name: string };
  readonly data?: { readonly value?: string };
}

interface List {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly Item[];
}

async function listValues(api: KubeApi): Promise<ReadonlyMap<string, number>> {
  const values = new Map<string, number>();
  let next: string | undefined = '';
  while (next !== undefined) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(next !== '' && { continue: next }) });
    const answer = await ask(api, { method: 'GET', path: `${CONFIG_MAPS}?${query}` }, 60_000);
    if (answer.status !== 200) throw new LabError(`the load's objects cannot be listed: ${answer.body}`);
    const { metadata, items } = JSON.parse(answer.body) as List;
    for (const item of items) values.set(item.metadata.name, Number(item.data?.value));
    next = metadata.continue === '' ? undefined : metadata.continue;
  }
  return values;
}

function lostOf(values: Values, found: ReadonlyMap<string, number>): readonly string[] {
  return [...values].flatMap(([name, { acknowledged, tried }]) => {
    if (acknowledged === undefined) return [];
    const value = found.get(name);
    // A write that was not acknowledged may have happened all the same.
    if (value === acknowledged || value === tried) return [];
    return [`${name}: ${value ?? 'gone'} instead of ${acknowledged}`];
  });
}

function counters(last: number): Counters {
  return { sent: 0, retried: 0, last, gap: 0, failures: [], firstErrors: {} };
}

function reportOf({ sent, retried, gap, failures, firstErrors }: Counters): Requests {
  return { sent, retried, failures, firstErrors, longestGapSeconds: Math.round(gap / 100) / 10 };
}
