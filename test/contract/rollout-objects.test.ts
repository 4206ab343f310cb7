import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { systemClock } from '../../src/adapters/clock.ts';
import { readOwed } from '../../src/cluster/owed.ts';
import { openReads } from '../../src/cluster/reads.ts';
import type { GateCheck } from '../../src/config/gates.ts';
import type { Step } from '../../src/plan/plan.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { openDebts } from '../../src/rollout/debts.ts';
import { uncordonNode } from '../../src/rollout/drain/cordon.ts';
import { drainNode } from '../../src/rollout/drain/drain.ts';
import { withLock } from '../../src/rollout/lock/lock.ts';
import { dropTokens, makeToken } from '../../src/rollout/replace/join-tokens.ts';
import { carryOver, isCarriedOver, isRemoved, removeNode } from '../../src/rollout/replace/replace.ts';
import { passGate } from '../../src/rollout/user/gate.ts';
import { takeBaseline } from '../../src/rollout/workloads.ts';
import { startWriteProbe } from '../../src/rollout/write-probe.ts';
import { memoryStore } from '../unit/backup/support/memory-store.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';

// What a rollout writes into a cluster, with no more than the published rights.

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const { signal } = new AbortController();
let api: ApiServer;
let admin: Kube;
let upgrader: Kube;

beforeAll(async () => {
  api = await startApiServer();
  admin = await api.kubeAs('admin');
  upgrader = await api.kubeAs('viewer');
  for (const document of parseAllDocuments(await readFile('docs/rbac.yaml', 'utf8'))) {
    const object = document.toJS() as {
      readonly kind: string;
      readonly metadata: { readonly name: string; readonly namespace?: string };
      readonly subjects?: readonly object[];
    };
    if (object.metadata.name !== 'kubestair-upgrade') continue;
    const within = object.metadata.namespace === undefined ? '' : `/namespaces/${object.metadata.namespace}`;
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'viewers' }];
    await send('POST', `${RBAC}${within}/${object.kind.toLowerCase()}s`, {
      ...object,
      ...(object.subjects !== undefined && { subjects }),
    });
  }
  await send('POST', '/api/v1/nodes', { metadata: { name: 'w1' } });
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
  await send('POST', '/api/v1/namespaces/shop/serviceaccounts', { metadata: { name: 'default' } });
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

async function send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): Promise<unknown> {
  return await admin.request({ method, path, body });
}

const there = (path: string) =>
  admin.request({ path }).then(
    () => true,
    () => false,
  );

it('the rights, once the API server has read them', async () => {
  await expect
    .poll(
      () =>
        upgrader.request({ path: '/api/v1/nodes/w1' }).then(
          () => 'allowed',
          () => 'denied',
        ),
      { timeout: 10_000 },
    )
    .toBe('allowed');
});

it('the lock', async () => {
  const deps = {
    kube: upgrader,
    store: memoryStore(),
    cluster: 'prod',
    runId: 'run-1',
    who: 'test',
    waitSeconds: 0,
  };
  const log = recordedLog();
  const epoch = await withLock({ ...deps, clock: systemClock, log, signal }, async (lock) => lock.epoch);
  expect(epoch).toBe(1);
});

it('the probe of writes: its Lease is made, written once a second, and taken away', async () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kubestair-write-probe';
  const probe = startWriteProbe(upgrader, systemClock);
  await expect.poll(() => there(path), { timeout: 10_000 }).toBe(true);
  await systemClock.sleep(3000);
  const seen = await probe.stop();
  expect(seen).toMatchObject({ failed: 0 });
  expect(seen.ok).toBeGreaterThanOrEqual(2);
  expect(await there(path)).toBe(false);
});

it('what is owed: kept in a ConfigMap that plans read, and gone once it is paid', async () => {
  const owed = () => readOwed(upgrader, openReads());
  expect(await owed()).toEqual([]);
  const debts = openDebts(upgrader, systemClock, []);
  await Promise.all([debts.open(['run'], signal), debts.open(['node/w1'], signal)]);
  expect(await owed()).toEqual(['run', 'node/w1']);
  await debts.pay(['run'], signal);
  expect(await owed()).toEqual(['node/w1']);
  await debts.pay(['node/w1'], signal);
  expect(await there('/api/v1/namespaces/kube-system/configmaps/kubestair')).toBe(false);
  await openDebts(upgrader, systemClock, ['hop/v1.36.3']).clear(signal);
});

it('what a gate looks at: workloads, aggregated APIs and webhooks', async () => {
  const { healthy } = await takeBaseline(upgrader, signal);
  expect(healthy).toContain('APIServices and webhooks');
});

it('cordons, evictions and, where the file says so, deletions', async () => {
  const pods = '/api/v1/namespaces/shop/pods';
  await send('POST', pods, {
    metadata: {
      name: 'web-0',
      labels: { app: 'web' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true },
      ],
    },
    spec: { nodeName: 'w1', terminationGracePeriodSeconds: 0, containers: [{ name: 'web', image: 'web' }] },
  });
  await send('PATCH', `${pods}/web-0/status`, {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const budget = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
  await send('POST', budget, {
    metadata: { name: 'web' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
  await send('PATCH', `${budget}/web/status`, {
    status: {
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
    },
  });
  await drainNode('w1', {
    kube: upgrader,
    drain: { timeoutSeconds: 3, deleteEmptyDir: false, force: false, onTimeout: 'force', maxQuarantined: 1 },
    clock: systemClock,
    runId: 'run-1',
    say: () => {},
    note: () => {},
    signal,
  });
  expect(await there(`${pods}/web-0`)).toBe(false);
  expect(await uncordonNode(upgrader, 'w1', signal)).toBe('own');
});

it('a node in the place of another: its token, what it is given, and the end of the other one', async () => {
  const tokens =
    '/api/v1/namespaces/kube-system/secrets?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken';
  const count = async () =>
    ((await admin.request({ path: tokens })) as { readonly items: readonly object[] }).items.length;
  await makeToken(upgrader, 's1', systemClock, signal);
  await makeToken(upgrader, 's1', systemClock, signal);
  await makeToken(upgrader, 's2', systemClock, signal);
  expect(await count()).toBe(3);
  await dropTokens(upgrader, 's1', signal);
  expect(await count()).toBe(1);

  const address = { type: 'InternalIP', address: '10.0.0.21' };
  const old = {
    metadata: { name: 'old', labels: { pool: 'web', 'example.com/place': 'r1' } },
    spec: { taints: [{ key: 'slow', value: 'yes', effect: 'PreferNoSchedule' }] },
  };
  await send('POST', '/api/v1/nodes', old);
  await send('PATCH', '/api/v1/nodes/old/status', { status: { addresses: [address] } });
  await send('POST', '/apis/storage.k8s.io/v1/csinodes', {
    metadata: { name: 'old' },
    spec: { drivers: [{ name: 'a.example.com', nodeID: 'n', topologyKeys: ['example.com/place'] }] },
  });
  const taints = [{ key: 'kubestair.dev/joining', effect: 'NoSchedule' }];
  await send('POST', '/api/v1/nodes', { metadata: { name: 's1' }, spec: { taints } });
  await carryOver(upgrader, 's1', 'old', {}, signal);
  expect(await isCarriedOver(upgrader, 's1', 'old', signal)).toBe(true);
  const node = await admin.request({ path: '/api/v1/nodes/s1' });
  expect(node).toMatchObject({
    metadata: { labels: { pool: 'web' }, annotations: { 'kubestair.dev/replaces': 'old 10.0.0.21' } },
    // The API server gives a node that never was Ready a taint of its own.
    spec: { taints: expect.arrayContaining(old.spec.taints) },
  });
  expect(JSON.stringify(node)).not.toMatch(/joining|r1/);
  await removeNode(upgrader, 'old', 's1', signal);
  expect(await isRemoved(upgrader, 'old', 's1', signal)).toBe(true);
  expect(await there('/api/v1/nodes/old')).toBe(false);
});

it('the Job of a gate: made, found complete or failed, and removed', async () => {
  const jobs = '/apis/batch/v1/namespaces/shop/jobs';
  const gate: GateCheck = {
    name: 'orders',
    at: 'run',
    timeoutSeconds: 20,
    soakSeconds: 0,
    probe: {
      kind: 'job',
      manifest: 'job.yaml',
      namespace: 'shop',
      job: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'orders', labels: { app: 'orders' } },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
      },
    },
  };
  const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;
  const step: Step = { id: 'v1.36.3/run/gate-orders', kind: 'gate', hop, does: '', expectedSeconds: 1 };
  const deps = {
    kube: upgrader,
    clock: systemClock,
    cluster: 'prod',
    runId: 'run-1',
    commands: { run: () => Promise.reject(new Error('no commands here')) },
    web: { get: () => Promise.reject(new Error('no web here')) },
  };
  const passed = passGate(gate, step, deps, { say: () => {}, note: () => {}, signal });
  const list = async () =>
    (
      (await admin.request({ path: jobs })) as {
        readonly items: readonly { readonly metadata: { readonly name: string; readonly labels: object } }[];
      }
    ).items;
  await expect.poll(async () => (await list()).length, { timeout: 10_000 }).toBe(1);
  const [made] = await list();
  expect(made?.metadata.labels).toMatchObject({ app: 'orders', 'kubestair.dev/run': 'run-1' });
  // What the Job controller says of one that completed.
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = (type: string) => ({ type, status: 'True', lastProbeTime: at, lastTransitionTime: at });
  await send('PATCH', `${jobs}/${made?.metadata.name}/status`, {
    status: { startTime: at, succeeded: 1, conditions: [condition('SuccessCriteriaMet')] },
  });
  await send('PATCH', `${jobs}/${made?.metadata.name}/status`, {
    status: { completionTime: at, conditions: [condition('SuccessCriteriaMet'), condition('Complete')] },
  });
  await passed;
  expect(await list()).toEqual([]);
});
