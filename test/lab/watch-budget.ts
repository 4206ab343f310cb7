import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, messageOf } from './errors.ts';
import { getJson, type KubeApi, openKubeApi, watchJson } from './kube-api.ts';

export interface BudgetTarget {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly deployment: string;
  /** A Service of type NodePort in front of the Deployment. */
  readonly service: string;
  /** Addresses of nodes, of which each answers for the Service. */
  readonly addresses: readonly string[];
}

export interface FailedRequest {
  readonly at: string;
  readonly error: string;
}

export interface BudgetReport {
  /** Lowest number of ready replicas that the API server ever told. */
  readonly minimumReady: number;
  /** How many states of the Deployment were seen. */
  readonly observations: number;
  readonly requests: number;
  /** Requests that one node did not answer and another one did, as a balancer in front would have it. */
  readonly retried: number;
  /** Requests that no node answered. */
  readonly failures: readonly FailedRequest[];
}

export interface BudgetWatch {
  /** Ends the watch and tells what was seen. */
  readonly stop: () => Promise<BudgetReport>;
}

interface Deployment {
  readonly metadata: { readonly resourceVersion: string };
  readonly status: { readonly readyReplicas?: number };
}

interface Service {
  readonly spec: { readonly ports: readonly { readonly nodePort?: number }[] };
}

const requestEveryMs = 200;
const requestTimeoutMs = 2000;

/** Watches a Deployment and asks its Service for an answer five times a second, until told to stop. */
export async function watchBudget(target: BudgetTarget): Promise<BudgetWatch> {
  const api = await openKubeApi(target.kubeconfig);
  const port = await nodePort(api, target);
  const ready: number[] = [];
  const requests = { sent: 0, retried: 0, failures: [] as FailedRequest[] };
  const first = await getJson<Deployment>(api, deploymentPath(target));
  ready.push(first.status.readyReplicas ?? 0);

  const ending = new AbortController();
  const work = Promise.all([
    observe(api, target, ready, ending.signal),
    knock(target.addresses, port, requests, ending.signal),
  ]);
  const stop = async (): Promise<BudgetReport> => {
    ending.abort();
    await work;
    api.agent.destroy();
    return {
      minimumReady: Math.min(...ready),
      observations: ready.length,
      requests: requests.sent,
      retried: requests.retried,
      failures: requests.failures,
    };
  };
  return { stop };
}

// An upgrade takes the API server away for a while. What the Deployment was in between shows in the
// first state after it, and in the requests, which do not pass through the API server.
async function observe(
  api: KubeApi,
  target: BudgetTarget,
  ready: number[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const now = await getJson<Deployment>(api, deploymentPath(target), signal);
      ready.push(now.status.readyReplicas ?? 0);
      const events = watchJson<{ object: Deployment }>(api, watchPath(target, now), signal);
      for await (const event of events) {
        if (event.object.metadata?.resourceVersion === undefined) break;
        ready.push(event.object.status.readyReplicas ?? 0);
      }
    } catch {
      await sleep(500);
    }
  }
}

async function knock(
  addresses: readonly string[],
  port: number,
  seen: { sent: number; retried: number; failures: FailedRequest[] },
  signal: AbortSignal,
): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const order = addresses.map((_, index) => addresses[(turn + index) % addresses.length] ?? '');
    const errors: string[] = [];
    for (const address of order) {
      const error = await failureOf(address, port);
      if (error === undefined) break;
      errors.push(`${address}: ${error}`);
    }
    seen.sent += 1;
    if (errors.length === order.length)
      seen.failures.push({ at: new Date().toISOString(), error: errors.join('; ') });
    else if (errors.length > 0) seen.retried += 1;
    await sleep(requestEveryMs);
  }
}

// A connection of its own for each request, so that each is balanced anew.
async function failureOf(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host, port, agent: false, timeout: requestTimeoutMs }, (response) => {
      response.resume();
      response.once('end', () =>
        resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`),
      );
      response.once('error', (cause) => resolve(messageOf(cause)));
    });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', (cause) => resolve(messageOf(cause)));
  });
}

async function nodePort(api: KubeApi, target: BudgetTarget): Promise<number> {
  const service = await getJson<Service>(
    api,
    `/api/v1/namespaces/${target.namespace}/services/${target.service}`,
  );
  const port = service.spec.ports[0]?.nodePort;
  if (port !== undefined) return port;
  throw new LabError(`Service ${target.service} has no port on the nodes: make it one of type NodePort`);
}

function deploymentPath(target: BudgetTarget): string {
  return `/apis/apps/v1/namespaces/${target.namespace}/deployments/${target.deployment}`;
}

function watchPath(target: BudgetTarget, since: Deployment): string {
  const query = new URLSearchParams({
    watch: '1',
    fieldSelector: `metadata.name=${target.deployment}`,
    resourceVersion: since.metadata.resourceVersion,
    timeoutSeconds: '300',
  });
  return `/apis/apps/v1/namespaces/${target.namespace}/deployments?${query}`;
}
