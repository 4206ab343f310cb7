import { beforeEach, describe, expect, test } from 'vitest';
import { HOST_POD_LABEL } from '../../../src/cluster/host-pods.ts';
import { CORDONED_BY } from '../../../src/cluster/mapping.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { isUncordoned, uncordonNode } from '../../../src/rollout/drain/cordon.ts';
import { type DrainDeps, drainNode } from '../../../src/rollout/drain/drain.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { FakeCluster, refused } from './fake-cluster.ts';

let clock: FakeClock;
let cluster: FakeCluster;
let notes: string[];

beforeEach(() => {
  clock = fakeClock();
  cluster = new FakeCluster(clock);
  notes = [];
  cluster.addNode('w1');
  cluster.addNode('w2');
});

function drain(over: Partial<DrainDeps> = {}): Promise<void> {
  return drainNode('w1', {
    kube: cluster.kube,
    drain: { timeoutSeconds: 120, deleteEmptyDir: false, force: false, onTimeout: 'stop', maxQuarantined: 1 },
    clock,
    runId: 'run-1',
    say: () => {},
    note: (line) => notes.push(line),
    signal: new AbortController().signal,
    ...over,
  });
}

function web(count: number, node = 'w1'): void {
  for (let index = 0; index < count; index += 1)
    cluster.addPod(`web-${node}-${index}`, node, { labels: { app: 'web' } });
}

function evictions(): readonly string[] {
  return cluster.requests.filter((line) => line.endsWith('/eviction'));
}

describe('what is evicted', () => {
  test('everything but pods of DaemonSets and static pods', async () => {
    cluster.workloads.push({ kind: 'DaemonSet', name: 'proxy', replicas: 2 });
    web(2);
    cluster.addPod('proxy-1', 'w1', { owner: 'DaemonSet/proxy' });
    cluster.addPod('kube-apiserver-w1', 'w1', {
      owner: 'Node/w1',
      annotations: { 'kubernetes.io/config.mirror': 'x' },
    });
    cluster.addPod('job-1', 'w1', { owner: '', phase: 'Succeeded' });
    await drain();
    expect(cluster.podsOn('w1')).toEqual(['proxy-1', 'kube-apiserver-w1']);
    expect(cluster.nodes.get('w1')).toMatchObject({
      unschedulable: true,
      annotations: { [CORDONED_BY]: 'run-1' },
    });
  });

  test('and the pod through which the host is reached', async () => {
    web(1);
    cluster.addPod('kubestair-w1-1', 'w1', { owner: '', labels: { [HOST_POD_LABEL]: 'true' } });
    await drain();
    expect(cluster.podsOn('w1')).toEqual(['kubestair-w1-1']);
  });

  test.each([
    ['an unmanaged pod', { owner: '' }, /no controller/],
    ['local data', { volumes: [{ name: 'cache', emptyDir: {} }] }, /emptyDir cache/],
    ['a pod of a DaemonSet that is gone', { owner: 'DaemonSet/gone' }, /DaemonSet gone is gone/],
  ])('%s keeps the whole drain from starting', async (_, over, message) => {
    web(1);
    cluster.addPod('odd', 'w1', over);
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringMatching(message),
    });
    expect(evictions()).toEqual([]);
  });

  test('unless the cluster file allows it', async () => {
    cluster.addPod('odd', 'w1', { owner: '', volumes: [{ name: 'cache', emptyDir: {} }] });
    await drain({
      drain: { timeoutSeconds: 120, deleteEmptyDir: true, force: true, onTimeout: 'stop', maxQuarantined: 1 },
    });
    expect(cluster.podsOn('w1')).toEqual([]);
  });

  test('never the pod that Kubestair runs in', async () => {
    web(1);
    cluster.addPod('runner', 'w1', { namespace: 'ci' });
    await expect(drain({ ownPod: 'ci/runner' })).rejects.toMatchObject({ code: 'DRAIN_BLOCKED' });
    expect(evictions()).toEqual([]);
  });

  test('a pod that was bound just before the cordon, too', async () => {
    web(1);
    let bound = false;
    cluster.fault = (request, when) => {
      if (bound || when !== 'after' || !request.endsWith('/eviction')) return;
      bound = true;
      cluster.addPod('late', 'w1');
    };
    await drain();
    expect(cluster.podsOn('w1')).toEqual([]);
  });

  test('a pod that somebody puts on the cordoned node on purpose neither is evicted nor ends the drain', async () => {
    web(1);
    let put = false;
    cluster.fault = (request, when) => {
      if (put || when !== 'after' || !request.endsWith('/eviction')) return;
      put = true;
      cluster.addPod('node-debugger', 'w1', { owner: '', tolerations: [{ operator: 'Exists' }] });
    };
    await drain();
    expect(cluster.podsOn('w1')).toEqual(['node-debugger']);
  });

  test('a StatefulSet pod, and not its successor of the same name', async () => {
    cluster.addPod('db-0', 'w1', { owner: 'StatefulSet/db' });
    await drain();
    expect(evictions()).toHaveLength(1);
    expect(cluster.podsOn('w2')).toEqual(['db-0']);
  });
});

describe('budgets', () => {
  test('are kept, and waited for', async () => {
    web(3);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 2 });
    let least = 3;
    cluster.fault = () => {
      least = Math.min(
        least,
        [...cluster.pods.values()].filter(({ ready, deletedAt }) => ready && deletedAt === undefined).length,
      );
    };
    await drain();
    expect(cluster.podsOn('w1')).toEqual([]);
    expect(least).toBe(2);
    expect(notes[0]).toContain('Deployment/default/web');
    expect(notes[0]).toContain('PodDisruptionBudget/default/web');
  });

  test('one that never lets go ends in DRAIN_BLOCKED that names pod, owner and budget; nothing else waits for it', async () => {
    web(1);
    cluster.addPod('free', 'w1');
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
    const began = clock.now().getTime();
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      object: 'Node/w1',
      message: expect.stringMatching(
        /default\/web-w1-0 of Deployment\/default\/web.*PodDisruptionBudget\/default\/web/,
      ),
    });
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(120_000);
    expect(cluster.podsOn('w1')).toEqual(['web-w1-0']);
    expect(cluster.nodes.get('w1')?.unschedulable).toBe(true);
  });

  test('two over one pod are both named', async () => {
    web(1);
    cluster.budgets.push({ name: 'one', matchLabels: { app: 'web' }, minAvailable: 0 });
    cluster.budgets.push({ name: 'two', matchLabels: { app: 'web' }, minAvailable: 0 });
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringMatching(
        /PodDisruptionBudget\/default\/one.* and PodDisruptionBudget\/default\/two.*more than one PodDisruptionBudget/,
      ),
    });
  });

  test('one that is mended in time lets the drain end', async () => {
    web(1);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
    clock.at(60_000, () => cluster.budgets.pop());
    await drain();
    expect(cluster.podsOn('w1')).toEqual([]);
  });

  test('a server that says when to come back is not asked before', async () => {
    web(1);
    const asked: number[] = [];
    cluster.fault = (request, when) => {
      if (when !== 'before' || !request.endsWith('/eviction')) return;
      asked.push(clock.now().getTime());
      if (asked.length < 3)
        throw new KubeStatusError(429, 'TooManyRequests', 'busy', { retryAfterSeconds: 20 });
    };
    await drain();
    expect(asked.slice(1).map((time, index) => time - (asked[index] ?? 0))).toEqual([20_000, 20_000]);
  });
});

describe('one budget over many pods', () => {
  test('costs a request at a time, and no more of them the longer it holds', async () => {
    web(50);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 50 });
    await expect(drain()).rejects.toMatchObject({ code: 'DRAIN_BLOCKED' });
    // Each pod once, then one for all of them after 2, 4, 8 and from then on 15 seconds.
    expect(evictions().length).toBeLessThan(50 + 12);
  });

  test('lets the next one go as soon as it can', async () => {
    web(4);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 3 });
    const began = clock.monotonic();
    await drain();
    // A successor is ready after 7 seconds.
    expect(clock.monotonic() - began).toBeLessThan(4 * 12_000);
  });
});

describe('a time that is over', () => {
  const force = { timeoutSeconds: 60, deleteEmptyDir: false, force: false, maxQuarantined: 1 };

  test('force deletes what a budget holds, and tells whom', async () => {
    web(1);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
    await drain({ drain: { ...force, onTimeout: 'force' } });
    expect(cluster.podsOn('w1')).toEqual([]);
    expect(notes.at(-1)).toMatch(
      /^time is over, deleting pod default\/web-w1-0 of Deployment\/default\/web, guarded by PodDisruptionBudget\/default\/web/,
    );
  });

  test('without it nothing is ever deleted past a budget', async () => {
    web(1);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
    await expect(drain({ drain: { ...force, onTimeout: 'quarantine' } })).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
    });
    expect(cluster.requests.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('a pod that a finalizer keeps is not forced: it is told after the same time again', async () => {
    cluster.addPod('stuck', 'w1', { finalizers: ['example.com/never'] });
    const began = clock.monotonic();
    await expect(drain({ drain: { ...force, onTimeout: 'force' } })).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringContaining('example.com/never'),
    });
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(120_000);
  });

  test('a webhook that denies evictions is named with its own words', async () => {
    web(1);
    cluster.fault = (request, when) => {
      if (when === 'before' && request.endsWith('/eviction'))
        throw new KubeStatusError(
          403,
          'Forbidden',
          'admission webhook "keep.example.com" denied the request: no',
        );
    };
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringContaining('keep.example.com'),
    });
  });

  test.each([3_600_000, -3_600_000])(
    'a clock that jumps by %i ms makes it neither longer nor shorter',
    async (jump) => {
      web(1);
      cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
      const began = clock.monotonic();
      clock.at(30_000, () => clock.jump(jump));
      await expect(drain()).rejects.toMatchObject({ code: 'DRAIN_BLOCKED' });
      expect(clock.monotonic() - began).toBeGreaterThanOrEqual(120_000);
      expect(clock.monotonic() - began).toBeLessThan(125_000);
    },
  );

  test('is told while it runs: the pod, its owner, the budget and how long', async () => {
    web(1);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
    const said: string[] = [];
    await expect(drain({ say: (line) => said.push(line) })).rejects.toMatchObject({ code: 'DRAIN_BLOCKED' });
    expect(said).toContain(
      '1 held back: default/web-w1-0 of Deployment/default/web for 1m 00s by PodDisruptionBudget/default/web (1 healthy, 1 needed, 0 may go)',
    );
  });
});

describe('what goes on meanwhile', () => {
  test('an API server that restarts in the middle', async () => {
    web(3);
    cluster.addPod('db-0', 'w1', { owner: 'StatefulSet/db' });
    let calls = 0;
    cluster.fault = () => {
      calls += 1;
      if (calls > 4 && calls < 20) throw refused();
    };
    await drain();
    expect(cluster.podsOn('w1')).toEqual([]);
  });

  test('an answer that got lost: the eviction counts all the same', async () => {
    web(1);
    let lost = false;
    cluster.fault = (request, when) => {
      if (lost || when !== 'after' || !request.endsWith('/eviction')) return;
      lost = true;
      throw refused();
    };
    await drain();
    expect(cluster.podsOn('w1')).toEqual([]);
  });

  test('a conflict that is none of the name is tried again', async () => {
    web(1);
    let conflicts = 0;
    cluster.fault = (request, when) => {
      if (when !== 'before' || !request.endsWith('/eviction') || conflicts === 2) return;
      conflicts += 1;
      throw new KubeStatusError(409, 'Conflict', 'the object has been modified');
    };
    await drain();
    expect(cluster.podsOn('w1')).toEqual([]);
  });

  test('a namespace that is being deleted is waited for', async () => {
    web(1);
    let times = 0;
    cluster.fault = (request, when) => {
      if (when !== 'before' || !request.endsWith('/eviction') || times === 3) return;
      times += 1;
      throw new KubeStatusError(
        403,
        'Forbidden',
        'unable to create new content in namespace default because it is being terminated',
      );
    };
    await drain();
    expect(times).toBe(3);
  });

  test('a finalizer that keeps a pod is named', async () => {
    cluster.addPod('stuck', 'w1', { finalizers: ['example.com/never'] });
    await expect(drain()).rejects.toMatchObject({
      code: 'DRAIN_BLOCKED',
      message: expect.stringContaining('example.com/never'),
    });
    expect(evictions()).toHaveLength(1);
  });

  test('an abort ends it at once and leaves the cordon', async () => {
    web(1);
    cluster.budgets.push({ name: 'web', matchLabels: { app: 'web' }, minAvailable: 1 });
    const stop = new AbortController();
    clock.at(10_000, () => stop.abort(new Error('cancelled')));
    await expect(drain({ signal: stop.signal })).rejects.toThrow('cancelled');
    expect(clock.now().getTime()).toBeLessThan(Date.parse('2026-11-21T09:00:20Z'));
    expect(cluster.nodes.get('w1')?.unschedulable).toBe(true);
  });

  test('a hundred pods go together, but not all in one breath', async () => {
    web(100);
    const began = clock.now().getTime();
    await drain();
    expect(clock.now().getTime() - began).toBeLessThan(15_000);
    expect(cluster.evictionsAtOnce).toBeGreaterThan(4);
    expect(cluster.evictionsAtOnce).toBeLessThanOrEqual(16);
  });
});

describe('cordons', () => {
  const signal = new AbortController().signal;

  test('a foreign one is kept through drain and uncordon', async () => {
    cluster.addNode('w1', { unschedulable: true });
    web(1);
    await drain();
    expect(notes[0]).toContain('by somebody else');
    expect(await isUncordoned(cluster.kube, 'w1', signal)).toBe(true);
    expect(await uncordonNode(cluster.kube, 'w1', signal)).toBe('foreign');
    expect(cluster.nodes.get('w1')).toMatchObject({ unschedulable: true, annotations: {} });
  });

  test('one of an earlier run of Kubestair is taken on and taken back', async () => {
    cluster.addNode('w1', { unschedulable: true, annotations: { [CORDONED_BY]: 'run-0', other: 'stays' } });
    web(1);
    await drain();
    expect(cluster.nodes.get('w1')?.annotations[CORDONED_BY]).toBe('run-0');
    await uncordonNode(cluster.kube, 'w1', signal);
    expect(cluster.nodes.get('w1')).toMatchObject({ unschedulable: false, annotations: { other: 'stays' } });
  });

  test('a node that somebody uncordoned in the middle is cordoned again', async () => {
    cluster.addNode('w1', { annotations: { [CORDONED_BY]: 'run-0' } });
    await drain();
    expect(cluster.nodes.get('w1')).toMatchObject({
      unschedulable: true,
      annotations: { [CORDONED_BY]: 'run-1' },
    });
  });

  test('a cordon that somebody sets between look and write is theirs', async () => {
    let raced = false;
    cluster.fault = (request, when) => {
      if (raced || when !== 'before' || request !== 'PATCH /api/v1/nodes/w1') return;
      raced = true;
      const node = cluster.addNode('w1', { unschedulable: true });
      node.version = 7;
    };
    await drain();
    expect(cluster.nodes.get('w1')?.annotations).toEqual({});
    expect(notes[0]).toContain('by somebody else');
  });

  test('an answer to the cordon that got lost does not make it a foreign one', async () => {
    let lost = false;
    cluster.fault = (request, when) => {
      if (lost || when !== 'after' || request !== 'PATCH /api/v1/nodes/w1') return;
      lost = true;
      throw refused();
    };
    await drain();
    expect(notes).toEqual([]);
    expect(cluster.nodes.get('w1')?.annotations[CORDONED_BY]).toBe('run-1');
  });
});
