import { beforeEach, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import { LEASE_SECONDS, type Lock, placesOf, withLock } from '../../../src/rollout/lock/lock.ts';
import { readLock } from '../../../src/rollout/lock/read-lock.ts';
import { type MemoryStore, memoryStore } from '../backup/support/memory-store.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { FakeCluster, refused } from './fake-cluster.ts';

let clock: FakeClock;
let cluster: FakeCluster;
let store: MemoryStore;

beforeEach(() => {
  clock = fakeClock();
  cluster = new FakeCluster(clock);
  store = memoryStore();
});

function hold<T>(
  runId: string,
  work: (signal: AbortSignal, lock: Lock) => Promise<T>,
  signal = new AbortController().signal,
  waitSeconds = 0,
): Promise<T> {
  const deps = { kube: cluster.kube, store, cluster: 'prod', runId, who: 'ana', waitSeconds, clock, signal };
  return withLock({ ...deps, log: recordedLog() }, (lock) => work(lock.signal, lock));
}

const free = () => readLock(cluster.kube, store, 'prod');

function holder(): unknown {
  return cluster.leases.get('kubestair')?.spec.holderIdentity;
}

/** A Lease that a run left behind, or that another process keeps alive. */
function leaveLease(runId: string, renewTime = '2026-11-21T08:59:59.000000Z'): void {
  cluster.leases.set('kubestair', {
    version: 7,
    spec: { holderIdentity: runId, leaseDurationSeconds: 45, acquireTime: renewTime, renewTime },
  });
}

test('is held while work is done, and free afterwards', async () => {
  const seen = await hold('run-1', async () => holder());
  expect(seen).toBe('run-1');
  expect(await free()).toBeUndefined();
});

test('is free after work that failed, too', async () => {
  await expect(hold('run-1', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await free()).toBeUndefined();
});

test('a holder that is alive is told with its name and since when, and its work goes on', async () => {
  const first = hold('run-1', async () => {
    await clock.sleep(100_000);
    return holder();
  });
  await clock.sleep(5000);
  await expect(hold('run-2', async () => 'never')).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(/run run-1, started by ana, .*2026-11-21T09:00:00/),
    object: 'Lease/kube-system/kubestair',
  });
  expect(await first).toBe('run-1');
});

test.each([
  ['whose clock was right', '2026-11-21T08:00:00.000000Z'],
  ['whose clock is an hour ahead', '2026-11-21T10:00:00.000000Z'],
])('a dead holder %s is waited for as long as its lease lasts, then replaced', async (_, renewTime) => {
  leaveLease('run-0', renewTime);
  const began = clock.now().getTime();
  await hold('run-1', async () => expect(holder()).toBe('run-1'));
  const waited = (clock.now().getTime() - began) / 1000;
  expect(waited).toBeGreaterThanOrEqual(LEASE_SECONDS);
  expect(waited).toBeLessThan(LEASE_SECONDS + 15);
});

test('of two that wait for a dead one, one gets it and the other is told', async () => {
  leaveLease('run-0');
  const outcomes = await Promise.allSettled(
    ['run-1', 'run-2'].map((runId) => hold(runId, (signal) => clock.sleep(60_000, signal))),
  );
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'LOCKED' });
});

test('an API server that is away for longer than the lease loses nothing', async () => {
  clock.at(20_000, () => {
    cluster.fault = () => {
      throw refused();
    };
  });
  clock.at(140_000, () => {
    cluster.fault = () => {};
  });
  const renewed = await hold('run-1', async (signal) => {
    await clock.sleep(200_000, signal);
    return cluster.leases.get('kubestair')?.spec.renewTime;
  });
  expect(Date.parse(String(renewed))).toBeGreaterThan(Date.parse('2026-11-21T09:03:00Z'));
});

test('a lock that another run took aborts the work and is left to it', async () => {
  clock.at(25_000, () => leaveLease('run-2'));
  await expect(hold('run-1', (signal) => clock.sleep(200_000, signal))).rejects.toMatchObject({
    code: 'LOCK_LOST',
    message: expect.stringContaining('run-2'),
  });
  expect(holder()).toBe('run-2');
});

test('an abort ends the waiting for the lock', async () => {
  leaveLease('run-0');
  const stop = new AbortController();
  clock.at(5000, () => stop.abort(new Error('cancelled')));
  await expect(hold('run-1', async () => 'never', stop.signal)).rejects.toThrow('cancelled');
  expect(holder()).toBe('run-0');
});

test('an abort of the work gives the lock back', async () => {
  const stop = new AbortController();
  clock.at(5000, () => stop.abort(new Error('cancelled')));
  await expect(hold('run-1', (signal) => clock.sleep(60_000, signal), stop.signal)).rejects.toThrow(
    'cancelled',
  );
  expect(await free()).toBeUndefined();
});

test('who holds it is told with who started that run', async () => {
  const held = await hold('run-1', () => free());
  expect(held).toMatchObject({ holder: 'run-1', who: 'ana' });
});

test('every holder has a higher epoch than all before, whatever the store or the cluster forgot', async () => {
  const epochOf = (runId: string) => hold(runId, async (_, { epoch }) => epoch);
  expect([await epochOf('run-1'), await epochOf('run-2')]).toEqual([1, 2]);
  store = memoryStore();
  expect(await epochOf('run-3')).toBe(3);
  cluster.leases.clear();
  expect(await epochOf('run-4')).toBe(4);
});

test('a dead holder is watched once, not once in each place', async () => {
  const signal = new AbortController();
  const died = hold('run-0', () => clock.sleep(15_000).then(() => Promise.reject(new Error('killed'))));
  // A process that dies gives nothing back: the store and the API refuse its last words.
  await clock.sleep(14_000);
  const lease = structuredClone(cluster.leases.get('kubestair'));
  const objects = new Map(store.objects);
  await died.catch(() => undefined);
  if (lease !== undefined) cluster.leases.set('kubestair', lease);
  store.objects.clear();
  for (const [key, bytes] of objects) store.objects.set(key, bytes);
  const began = clock.now().getTime();
  const lock = await hold('run-1', async (_, own) => own, signal.signal);
  expect(lock).toMatchObject({ epoch: 2, tookOver: true });
  expect((clock.now().getTime() - began) / 1000).toBeLessThan(LEASE_SECONDS + 5);
});

test('a holder that is alive is not taken for dead because a clock jumps', async () => {
  const first = hold('run-1', (signal) => clock.sleep(100_000, signal));
  await clock.sleep(5000);
  clock.at(7500, () => clock.jump(3_600_000));
  await expect(hold('run-2', async () => 'never')).rejects.toMatchObject({ code: 'LOCKED' });
  await first;
});

test('a run that is asked to wait gets the lock when the other one is through', async () => {
  const first = hold('run-1', () => clock.sleep(100_000));
  await clock.sleep(5000);
  const began = clock.now().getTime();
  await hold('run-2', async () => expect(holder()).toBe('run-2'), new AbortController().signal, 600);
  await first;
  expect((clock.now().getTime() - began) / 1000).toBeGreaterThanOrEqual(95);
});

test('a run that is asked to wait does not wait longer', async () => {
  const first = hold('run-1', () => clock.sleep(300_000));
  await clock.sleep(5000);
  const began = clock.now().getTime();
  await expect(hold('run-2', async () => 'never', undefined, 60)).rejects.toMatchObject({ code: 'LOCKED' });
  expect((clock.now().getTime() - began) / 1000).toBeLessThan(80);
  await first;
});

test('a store that is away while the lock is held loses nothing', async () => {
  const away = { now: false };
  const put = store.put;
  store.put = async (...args) => {
    if (away.now) throw new KubestairError('STORE_FAILED', 'away');
    return put(...args);
  };
  clock.at(15_000, () => {
    away.now = true;
  });
  clock.at(315_000, () => {
    away.now = false;
  });
  await hold('run-1', (signal) => clock.sleep(400_000, signal));
  expect(await free()).toBeUndefined();
});

test('a lock that is taken away aborts the work, in whichever place it was', async () => {
  const places = () =>
    placesOf({ kube: cluster.kube, store, cluster: 'prod', runId: 'unlock', who: 'bob', clock }).places;
  for (const index of [0, 1]) {
    const work = hold(`run-${index}`, (signal) => clock.sleep(200_000, signal));
    const outcome = expect(work).rejects.toMatchObject({ code: 'LOCK_LOST' });
    await clock.sleep(15_000);
    await places()[index]?.takeAway(`run-${index}`, 'its runner is gone', new AbortController().signal);
    await outcome;
    for (const place of places())
      await place.takeAway(`run-${index}`, 'its runner is gone', new AbortController().signal);
  }
});

test('a run that lost one place gives the other one back: whoever comes next waits for nobody there', async () => {
  clock.at(25_000, () => leaveLease('thief'));
  await expect(hold('run-1', (signal) => clock.sleep(200_000, signal))).rejects.toMatchObject({
    code: 'LOCK_LOST',
  });
  expect(holder()).toBe('thief');
  const began = clock.monotonic();
  await hold('run-2', async () => expect(holder()).toBe('run-2'));
  expect((clock.monotonic() - began) / 1000).toBeLessThan(LEASE_SECONDS + 5);
});

test('a run that was stopped does not wait for API server and store one after the other, nor for long', async () => {
  const stop = new AbortController();
  let hangs = false;
  const { request } = cluster.kube;
  const { get } = store;
  const never = (signal: AbortSignal | undefined) =>
    new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  cluster.kube.request = (asked) => (hangs ? never(asked.signal) : request(asked));
  store.get = (key, signal) => (hangs ? never(signal) : get(key, signal));
  store.put = (
    (put) => (key, body, options) =>
      hangs ? never(options?.signal) : put(key, body, options)
  )(store.put);
  clock.at(15_000, () => {
    hangs = true;
    stop.abort(new Error('cancelled'));
  });
  const outcome = expect(hold('run-1', (signal) => clock.sleep(60_000, signal), stop.signal)).rejects.toThrow(
    'cancelled',
  );
  await outcome;
  // The runner kills 7.5 seconds after it asked, and there is more to do than this.
  expect(clock.monotonic() - Date.parse('2026-11-21T09:00:15Z')).toBeLessThanOrEqual(2000);
});
