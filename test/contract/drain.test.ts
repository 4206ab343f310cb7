import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import type { DrainConfig } from '../../src/config/schema.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { drainNode } from '../../src/rollout/drain/drain.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { hastyClock } from './support/hasty-clock.ts';

// What evictions mean is the API server's affair: a real one, with a stand-in for the kubelet that lets deleted pods go.

const SHORT: DrainConfig = {
  timeoutSeconds: 3,
  deleteEmptyDir: false,
  force: false,
  onTimeout: 'stop',
  maxQuarantined: 1,
};

let api: ApiServer;
let kube: Kube;
let kubelet: AbortController;
let number = 0;
let namespace: string;
let notes: string[];
let said: string[];

beforeAll(async () => {
  api = await startApiServer();
  kube = await api.kubeAs('admin');
  await send('POST', '/api/v1/nodes', { metadata: { name: 'w1' } });
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  number += 1;
  namespace = `drain-${number}`;
  notes = [];
  said = [];
  await send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
  kubelet = new AbortController();
  void letGo(kubelet.signal);
});

afterEach(async () => {
  kubelet.abort();
  for (const { name } of await podsOf()) {
    await send('PATCH', podPath(name), { metadata: { finalizers: null } });
    await send('DELETE', podPath(name), { gracePeriodSeconds: 0 });
  }
});

async function send(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return (await kube.request({ method: method as 'POST', path, body, contentType: type })) as Record<
    string,
    unknown
  >;
}

const podPath = (name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`;
const budgets = () => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
}

async function podsOf(): Promise<readonly { readonly name: string }[]> {
  const { items } = (await kube.request({ path: `/api/v1/namespaces/${namespace}/pods` })) as {
    readonly items: readonly Pod[];
  };
  return items.map(({ metadata }) => ({ name: metadata.name }));
}

async function letGo(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { items } = (await kube.request({ path: '/api/v1/pods' })) as { readonly items: readonly Pod[] };
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp === undefined) continue;
      const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
      await kube.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } }).catch(() => undefined);
    }
    await systemClock.sleep(200, signal).catch(() => undefined);
  }
}

async function addPod(name: string, metadata: object = {}): Promise<void> {
  await send('POST', `/api/v1/namespaces/${namespace}/pods`, {
    metadata: {
      name,
      labels: { app: 'web' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true },
      ],
      ...metadata,
    },
    spec: { nodeName: 'w1', containers: [{ name: 'web', image: 'web' }] },
  });
  const conditions = [{ type: 'Ready', status: 'True' }];
  await send('PATCH', `${podPath(name)}/status`, { status: { phase: 'Running', conditions } });
}

/** A budget with what its controller would have found out about it. */
async function addBudget(name: string, disruptionsAllowed: number): Promise<void> {
  await send('POST', budgets(), {
    metadata: { name },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
  await allow(name, disruptionsAllowed);
}

async function allow(name: string, disruptionsAllowed: number): Promise<void> {
  const status = {
    observedGeneration: 1,
    disruptionsAllowed,
    currentHealthy: 1,
    desiredHealthy: 1,
    expectedPods: 1,
  };
  await send('PATCH', `${budgets()}/${name}/status`, { status });
}

function drain(over: Partial<DrainConfig> = {}): Promise<void> {
  return drainNode('w1', {
    kube,
    drain: { ...SHORT, ...over },
    clock: hastyClock,
    runId: 'run-1',
    say: (line) => said.push(line),
    note: (line) => notes.push(line),
    signal: new AbortController().signal,
  });
}

describe('a drain of a real API server', () => {
  it('evicts, and marks its cordon', async () => {
    await addPod('web-0');
    await drain();
    expect(await podsOf()).toEqual([]);
    const { metadata, spec } = (await kube.request({ path: '/api/v1/nodes/w1' })) as {
      readonly metadata: { readonly annotations: object };
      readonly spec: object;
    };
    expect(metadata.annotations).toMatchObject({ 'kubestair.dev/cordoned-by': 'run-1' });
    expect(spec).toMatchObject({ unschedulable: true });
  });

  it('waits for a budget, names it, and goes on once it lets a pod go', async () => {
    await addPod('web-0');
    await addBudget('web', 0);
    const drained = drain({ timeoutSeconds: 30 });
    await expect
      .poll(() => notes[0], { timeout: 10_000 })
      .toMatch(
        /pod drain-\d+\/web-0 of StatefulSet\/drain-\d+\/web, guarded by PodDisruptionBudget\/drain-\d+\/web \(1 healthy, 1 needed, 0 may go\): The disruption budget web needs 1 healthy pods and has 1 currently/,
      );
    await allow('web', 1);
    await drained;
    expect(await podsOf()).toEqual([]);
  });

  it('survives the 500 of two budgets over one pod, names both, and goes on once one is gone', async () => {
    await addPod('web-0');
    await addBudget('one', 1);
    await addBudget('two', 1);
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringMatching(
        /PodDisruptionBudget\/drain-\d+\/one .* and PodDisruptionBudget\/drain-\d+\/two .*more than one PodDisruptionBudget/,
      ),
    });
    await send('DELETE', `${budgets()}/two`, {});
    await drain();
    expect(await podsOf()).toEqual([]);
  });

  it('waits for a namespace that goes away, in which nothing may be created, not even an eviction', async () => {
    await addPod('web-0');
    await kube.request({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
    const drained = drain({ timeoutSeconds: 30 });
    await expect.poll(() => notes[0], { timeout: 10_000 }).toMatch(/is being terminated/);
    // The namespace's controller deletes what is in it.
    await send('DELETE', podPath('web-0'), {});
    await drained;
  });

  it('names a finalizer that keeps a pod, and goes on once it is gone', async () => {
    await addPod('web-0', { finalizers: ['example.com/keep'] });
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringContaining('it is terminating and has finalizers: example.com/keep'),
    });
    expect(said.join()).toContain('example.com/keep');
    await send('PATCH', podPath('web-0'), { metadata: { finalizers: null } });
    await drain();
    expect(await podsOf()).toEqual([]);
  });

  it('tells the words of an admission that denies evictions, and goes on once it lets them', async () => {
    await addPod('web-0');
    const admission = '/apis/admissionregistration.k8s.io/v1';
    const rule = {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE'],
      resources: ['pods/eviction'],
    };
    await send('POST', `${admission}/validatingadmissionpolicies`, {
      metadata: { name: 'keep' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'false', message: 'nobody leaves today' }],
      },
    });
    await send('POST', `${admission}/validatingadmissionpolicybindings`, {
      metadata: { name: 'keep' },
      spec: { policyName: 'keep', validationActions: ['Deny'] },
    });
    const dryRun = () =>
      send('POST', `${podPath('web-0')}/eviction?dryRun=All`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'web-0', namespace },
      }).then(
        () => 'allowed',
        () => 'denied',
      );
    await expect.poll(dryRun, { timeout: 10_000 }).toBe('denied');
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringContaining('nobody leaves today'),
    });
    await send('DELETE', `${admission}/validatingadmissionpolicybindings/keep`, {});
    await drain({ timeoutSeconds: 30 });
    expect(await podsOf()).toEqual([]);
  });

  it('evicts this very pod and not the next one of its name', async () => {
    await addPod('web-0');
    const { metadata } = (await kube.request({ path: podPath('web-0') })) as {
      readonly metadata: { readonly uid: string };
    };
    await send('DELETE', podPath('web-0'), { gracePeriodSeconds: 0 });
    await addPod('web-0');
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'web-0', namespace },
      deleteOptions: { preconditions: { uid: metadata.uid } },
    };
    await expect(send('POST', `${podPath('web-0')}/eviction`, eviction)).rejects.toMatchObject({
      status: 409,
    });
    expect(await podsOf()).toEqual([{ name: 'web-0' }]);
  });

  it('deletes past a budget once the time is over, only where the file says so', async () => {
    await addPod('web-0');
    await addBudget('web', 0);
    await expect(drain({ onTimeout: 'quarantine' })).rejects.toMatchObject({ code: 'DRAIN_BLOCKED' });
    expect(await podsOf()).toHaveLength(1);
    await drain({ onTimeout: 'force' });
    expect(await podsOf()).toEqual([]);
    expect(notes.at(-1)).toMatch(/^time is over, deleting pod drain-\d+\/web-0/);
  });
});
