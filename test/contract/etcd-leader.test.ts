import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { readEtcdState } from '../../src/defrag/state.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { drainNode } from '../../src/rollout/drain/drain.ts';
import { withLock } from '../../src/rollout/lock/lock.ts';
import { patiently } from '../../src/rollout/patience.ts';
import { memoryStore } from '../unit/backup/support/memory-store.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { type EtcdCluster, startEtcdCluster } from './support/etcd-cluster.ts';

// A real API server over three real members, of which the one that leads stands still in the middle of a drain.

/** Longer than it takes the others to choose a new leader, and than one sign of life of the lock. */
const STILL_MILLISECONDS = 20_000;

let etcd: EtcdCluster;
let api: ApiServer;
let kube: Kube;

beforeAll(async () => {
  etcd = await startEtcdCluster();
  api = await startApiServer([], etcd.endpoints);
  kube = await api.kubeAs('admin');
  await send('POST', '/api/v1/nodes', { metadata: { name: 'w1' } });
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
  await send('POST', '/api/v1/namespaces/shop/serviceaccounts', { metadata: { name: 'default' } });
  await send('POST', '/api/v1/namespaces/shop/pods', {
    metadata: { name: 'web-0', finalizers: ['example.com/hold'] },
    spec: { nodeName: 'w1', containers: [{ name: 'web', image: 'web' }] },
  });
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await etcd?.[Symbol.asyncDispose]();
});

async function send(method: string, path: string, body: object): Promise<void> {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  await kube.request({ method: method as 'POST', path, body, contentType });
}

async function leader(): Promise<string> {
  const members = etcd.open();
  try {
    const { members: seen } = await readEtcdState(members);
    return seen.find((member) => member.leader)?.name ?? '';
  } finally {
    await Promise.all(members.map((member) => member.close()));
  }
}

it('a drain and the lock go on over an etcd that loses its leader', async () => {
  const before = await leader();
  const pid = etcd.members.get(before)?.pid ?? 0;
  const { signal } = new AbortController();
  const said: string[] = [];
  const log = recordedLog();
  const lock = { kube, store: memoryStore(), cluster: 'prod', runId: 'run-1', who: 'ana', waitSeconds: 0 };
  const drain = {
    timeoutSeconds: 90,
    deleteEmptyDir: false,
    force: true,
    onTimeout: 'stop',
    maxQuarantined: 1,
  } as const;
  let after = '';
  await withLock({ ...lock, clock: systemClock, log, signal }, async (held) => {
    const drained = drainNode('w1', {
      kube,
      drain,
      clock: systemClock,
      runId: 'run-1',
      say: (line) => said.push(line),
      note: (line) => said.push(line),
      signal: held.signal,
    });
    await delay(2000);
    process.kill(pid, 'SIGSTOP');
    try {
      await delay(STILL_MILLISECONDS);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    after = await patiently(leader, { clock: systemClock, signal, seconds: 30, when: () => true });
    const letGo = () =>
      send('PATCH', '/api/v1/namespaces/shop/pods/web-0', { metadata: { finalizers: null } });
    await patiently(letGo, { clock: systemClock, signal, seconds: 60 });
    await send('DELETE', '/api/v1/namespaces/shop/pods/web-0', { gracePeriodSeconds: 0 }).catch(
      () => undefined,
    );
    await drained;
    expect(held.signal.aborted).toBe(false);
  });
  expect(after).not.toBe(before);
  expect(said.join('\n')).toContain('example.com/hold');
  expect(await kube.request({ path: '/api/v1/nodes/w1' })).toMatchObject({ spec: { unschedulable: true } });
}, 180_000);
