import { beforeEach, expect, test } from 'vitest';
import { LEASE_SECONDS, readLock, withLock } from '../../../src/rollout/lock.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { FakeCluster, refused } from './fake-cluster.ts';

let clock: FakeClock;
let cluster: FakeCluster;

beforeEach(() => {
  clock = fakeClock();
  cluster = new FakeCluster(clock);
});

function hold<T>(
  runId: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal = new AbortController().signal,
): Promise<T> {
  return withLock({ kube: cluster.kube, runId, clock, log: recordedLog(), signal }, work);
}

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
  expect(await readLock(cluster.kube)).toBeUndefined();
});

test('is free after work that failed, too', async () => {
  await expect(hold('run-1', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await readLock(cluster.kube)).toBeUndefined();
});

test('a holder that is alive is told with its name and since when, and its work goes on', async () => {
  const first = hold('run-1', async () => {
    await clock.sleep(100_000);
    return holder();
  });
  await clock.sleep(5000);
  await expect(hold('run-2', async () => 'never')).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(/run run-1 .*2026-11-21T09:00:00/),
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
  expect(await readLock(cluster.kube)).toBeUndefined();
});
