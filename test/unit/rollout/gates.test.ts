import { beforeEach, describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { waitForNode, waitForWorkloads } from '../../../src/rollout/gates.ts';
import { patiently } from '../../../src/rollout/patience.ts';
import { takeBaseline } from '../../../src/rollout/workloads.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { FakeCluster, type FakePod, refused } from './fake-cluster.ts';

const signal = new AbortController().signal;
let clock: FakeClock;
let cluster: FakeCluster;
let said: string[];

beforeEach(() => {
  clock = fakeClock();
  cluster = new FakeCluster(clock);
  said = [];
  cluster.addNode('w1', { kubelet: 'v1.36.3' });
  cluster.addNode('w2');
  cluster.workloads.push(
    { kind: 'Deployment', name: 'web', replicas: 1 },
    { kind: 'DaemonSet', name: 'proxy', replicas: 1 },
  );
});

const deps = () => ({
  kube: cluster.kube,
  clock,
  timeoutSeconds: 60,
  signal,
  say: (line: string) => said.push(line),
});

function addProxy(ready: boolean): FakePod {
  return cluster.addPod('proxy-1', 'w1', { owner: 'DaemonSet/proxy', labels: { app: 'proxy' }, ready });
}

describe('waitForNode', () => {
  const wait = async () => waitForNode('w1', 'v1.36.3', await takeBaseline(cluster.kube, signal), deps());

  test('passes only after it has looked twice', async () => {
    const began = clock.now().getTime();
    await wait();
    expect(clock.now().getTime()).toBeGreaterThan(began);
  });

  test.each([
    ['a kubelet that still reports the old version', { kubelet: 'v1.35.4' }, /v1.35.4, not v1.36.3/],
    ['a node that is not Ready', { ready: false }, /not Ready/],
  ])('%s is not through', async (_, over, message) => {
    Object.assign(cluster.nodes.get('w1') ?? {}, over);
    await expect(wait()).rejects.toMatchObject({
      code: 'GATE_TIMEOUT',
      object: 'node w1',
      message: expect.stringMatching(message),
    });
  });

  test('a node that is not Ready is told with what its kubelet says of it', async () => {
    const reason = 'KubeletNotReady';
    const message = 'container runtime network not ready: cni plugin not initialized';
    Object.assign(cluster.nodes.get('w1') ?? {}, { ready: false, why: { reason, message } });
    await expect(wait()).rejects.toMatchObject({
      message: `node w1: still it is not Ready (${reason}: ${message}) after 60 s`,
    });
  });

  test('a kubelet of a newer patch is', async () => {
    Object.assign(cluster.nodes.get('w1') ?? {}, { kubelet: 'v1.36.4' });
    await wait();
  });

  test('a pod of a DaemonSet that got unready keeps it', async () => {
    const pod = addProxy(true);
    const baseline = await takeBaseline(cluster.kube, signal);
    pod.ready = false;
    await expect(waitForNode('w1', 'v1.36.3', baseline, deps())).rejects.toMatchObject({
      message: expect.stringContaining('default/proxy-1 is not ready'),
    });
  });

  test('one that was broken before does not', async () => {
    addProxy(false);
    await wait();
  });

  test('unless its node was not Ready then, which excuses nothing', async () => {
    addProxy(false);
    Object.assign(cluster.nodes.get('w1') ?? {}, { ready: false });
    const baseline = await takeBaseline(cluster.kube, signal);
    Object.assign(cluster.nodes.get('w1') ?? {}, { ready: true });
    await expect(waitForNode('w1', 'v1.36.3', baseline, deps())).rejects.toMatchObject({
      code: 'GATE_TIMEOUT',
    });
  });

  test('an API server that restarts is waited for', async () => {
    clock.at(30_000, () => {
      cluster.fault = () => {};
    });
    const baseline = await takeBaseline(cluster.kube, signal);
    cluster.fault = () => {
      throw refused();
    };
    await waitForNode('w1', 'v1.36.3', baseline, deps());
    expect(said[0]).toContain('ECONNREFUSED');
  });
});

describe('waitForWorkloads', () => {
  test('waits for what was healthy before', async () => {
    const pod = cluster.addPod('web-1', 'w2', { labels: { app: 'web' } });
    const baseline = await takeBaseline(cluster.kube, signal);
    pod.ready = false;
    clock.at(20_000, () => {
      pod.ready = true;
    });
    await waitForWorkloads(baseline, deps());
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-11-21T09:00:20Z'));
    expect(said).toEqual(['waiting for the workloads: Deployment/default/web (0 of 1 available)']);
  });

  test('and not for what was broken then, or is gone since', async () => {
    const baseline = await takeBaseline(cluster.kube, signal);
    await waitForWorkloads(baseline, deps());
    cluster.addPod('web-1', 'w2', { labels: { app: 'web' } });
    const healthy = await takeBaseline(cluster.kube, signal);
    cluster.workloads.length = 0;
    await waitForWorkloads(healthy, deps());
  });

  test('a node that fell out meanwhile is told', async () => {
    const baseline = await takeBaseline(cluster.kube, signal);
    Object.assign(cluster.nodes.get('w2') ?? {}, { ready: false });
    await expect(waitForWorkloads(baseline, deps())).rejects.toMatchObject({
      code: 'GATE_TIMEOUT',
      message: expect.stringContaining('Node/w2 (not Ready)'),
    });
  });
});

describe('what extends the API', () => {
  beforeEach(() => {
    cluster.apiServices.set('v1beta1.metrics.k8s.io', true);
    cluster.webhooks.set('policy', 1);
  });

  test.each([
    [
      'an aggregated API that is away since',
      () => cluster.apiServices.set('v1beta1.metrics.k8s.io', false),
      'APIService/v1beta1.metrics.k8s.io (not Available: Why)',
    ],
    [
      'a webhook that nobody answers for since',
      () => cluster.webhooks.set('policy', 0),
      'ValidatingWebhookConfiguration/policy/policy.example.com (nobody answers for Service/guard/policy)',
    ],
    [
      'what cannot be read any more',
      () => {
        cluster.fault = (request) => {
          if (request.endsWith('/apiservices')) throw new KubeStatusError(403, 'Forbidden', 'not any more');
        };
      },
      'APIServices and webhooks (apiservices.apiregistration.k8s.io: ',
    ],
  ])('%s is waited for and told', async (_, harm, told) => {
    const baseline = await takeBaseline(cluster.kube, signal);
    harm();
    await expect(waitForWorkloads(baseline, deps())).rejects.toMatchObject({
      code: 'GATE_TIMEOUT',
      message: expect.stringContaining(told),
    });
  });

  test('what was away before is not held against the rollout', async () => {
    cluster.apiServices.set('v1beta1.metrics.k8s.io', false);
    cluster.webhooks.set('policy', 0);
    await waitForWorkloads(await takeBaseline(cluster.kube, signal), deps());
  });
});

test('a clock that jumps an hour ahead does not end a gate', async () => {
  const pod = cluster.addPod('web-1', 'w2', { labels: { app: 'web' } });
  const baseline = await takeBaseline(cluster.kube, signal);
  pod.ready = false;
  clock.at(10_000, () => clock.jump(3_600_000));
  clock.at(20_000, () => {
    pod.ready = true;
  });
  await waitForWorkloads(baseline, deps());
});

describe('patiently', () => {
  const patience = () => ({ clock, signal, seconds: 60 });

  test.each([
    ['a refused connection', refused()],
    ['a lost host', new KubestairError('HOST_UNREACHABLE', 'no')],
    ['an overloaded server', new KubeStatusError(503, 'ServiceUnavailable', 'no')],
    [
      'an authorizer that has read nothing yet',
      new KubestairError('KUBE_REQUEST', 'no', { cause: new KubeStatusError(403, 'Forbidden', 'no') }),
    ],
  ])('%s is waited for', async (_, error) => {
    let calls = 0;
    const work = async () => {
      calls += 1;
      if (calls < 4) throw error;
      return calls;
    };
    expect(await patiently(work, patience())).toBe(4);
  });

  test.each([
    ['another host key', new KubestairError('HOST_KEY_CHANGED', 'no')],
    ['no such object', new KubeStatusError(404, 'NotFound', 'no')],
    ['a defect', new TypeError('no')],
  ])('%s is not', async (_, error) => {
    let calls = 0;
    const work = () => {
      calls += 1;
      return Promise.reject(error);
    };
    await expect(patiently(work, patience())).rejects.toBe(error);
    expect(calls).toBe(1);
  });

  test('the last error is thrown when time is over, and the wait was told once', async () => {
    const waits: unknown[] = [];
    const error = refused();
    await expect(
      patiently(() => Promise.reject(error), { ...patience(), onWait: (one) => waits.push(one) }),
    ).rejects.toBe(error);
    expect(waits).toEqual([error]);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-11-21T09:01:00Z'));
  });
});
