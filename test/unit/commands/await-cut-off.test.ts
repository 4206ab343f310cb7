import { beforeEach, expect, test } from 'vitest';
import { awaitCutOff } from '../../../src/commands/await-cut-off.ts';
import type { Connections } from '../../../src/connect.ts';
import { type JournalEntry, openJournal } from '../../../src/rollout/journal.ts';
import { readLock } from '../../../src/rollout/lock/read-lock.ts';
import { type MemoryStore, memoryStore } from '../backup/support/memory-store.ts';
import { type RecordedLog, recordedLog } from '../backup/support/quiet.ts';
import { config } from '../plan/sample.ts';
import { type FakeClock, fakeClock } from '../rollout/clock.ts';
import { FakeCluster, refused } from '../rollout/fake-cluster.ts';

const { signal } = new AbortController();
let clock: FakeClock;
let cluster: FakeCluster;
let store: MemoryStore;
let log: RecordedLog;
/** When the unit on cp1 ends, in milliseconds. */
let unitEnds: number;
let fenced: string[];

beforeEach(() => {
  clock = fakeClock();
  cluster = new FakeCluster(clock);
  cluster.addNode('cp1');
  cluster.addNode('w1');
  store = memoryStore();
  log = recordedLog();
  unitEnds = clock.monotonic();
  fenced = [];
});

const provider = {
  atWork: async ({ name }: { readonly name: string }) => {
    if (name === 'w1') throw new Error('it does not answer');
    return clock.monotonic() < unitEnds ? ['kubeadm upgrade apply v1.36.3 on cp1'] : [];
  },
  fence: async ({ name }: { readonly name: string }, epoch: number) => void fenced.push(`${name} ${epoch}`),
} as unknown as Connections['provider'];

function settle(kube = cluster.kube): Promise<void> {
  const deps = {
    kube,
    store,
    cluster: 'prod',
    runId: 'run-2',
    who: 'ana',
    waitSeconds: 0,
    clock,
    log,
    signal,
  };
  return awaitCutOff(deps, config(), { kube, provider }, { clock, log, signal });
}

async function leaveJournal(event?: JournalEntry['event'], approved = { hash: 'h', target: 'v1.36.3' }) {
  const journal = openJournal({ store, cluster: 'prod', runId: 'run-1', clock, log });
  journal.record('run', 'started', '', approved);
  if (event !== undefined) journal.record('run', event);
  await journal.flush(1000);
}

function leaveLease(version = 7): void {
  const spec = { holderIdentity: 'run-1', leaseDurationSeconds: 45, renewTime: clock.now().toISOString() };
  cluster.leases.set('kubestair', { version, spec });
}

const after = (seconds: number) => clock.monotonic() + seconds * 1000;

test.each(['done', 'failed'] as const)('a run that %s left nothing to wait for', async (event) => {
  await leaveJournal(event);
  unitEnds = after(60);
  const began = clock.monotonic();
  await settle();
  expect(cluster.requests).toEqual([]);
  expect(clock.monotonic()).toBe(began);
});

test('the first run of a cluster has nothing to wait for', async () => {
  await settle();
  expect(cluster.requests).toEqual([]);
});

test('what a cancelled run left at work is waited for, and named', async () => {
  await leaveJournal('interrupted');
  unitEnds = after(60);
  await settle();
  expect(clock.monotonic()).toBeGreaterThanOrEqual(unitEnds);
  expect(log.lines.filter((line) => line.includes('cp1: kubeadm upgrade apply v1.36.3 on cp1'))).toHaveLength(
    1,
  );
  expect(await readLock(cluster.kube, store, 'prod')).toBeUndefined();
});

test('an API server that the work of a killed run takes away is waited for, and the dead run is fenced off', async () => {
  await leaveJournal();
  leaveLease();
  unitEnds = after(120);
  const back = after(100);
  cluster.fault = () => {
    if (clock.monotonic() < back) throw refused();
  };
  await settle();
  expect(clock.monotonic()).toBeGreaterThanOrEqual(unitEnds);
  expect(fenced.map((line) => line.split(' ')[0])).toEqual(['cp1', 'w1']);
  expect(log.lines.filter((line) => line.includes('does not answer'))).toHaveLength(1);
});

test.each([
  [
    'its controller has not seen',
    { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2 },
  ],
  ['replaces its pods', { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 1 }],
])('kube-proxy is waited for while %s the new version, but not for ever', async (_, status) => {
  await leaveJournal('interrupted');
  const { kube } = cluster;
  const metadata = { name: 'kube-proxy', namespace: 'kube-system', generation: 2 };
  const items = [{ metadata, status }];
  const began = clock.monotonic();
  await settle({
    ...kube,
    request: async (request) =>
      request.path.startsWith('/apis/apps/v1/daemonsets') ? { items } : kube.request(request),
  });
  expect((clock.monotonic() - began) / 1000).toBeGreaterThanOrEqual(180);
  expect((clock.monotonic() - began) / 1000).toBeLessThan(200);
  expect(log.lines.filter((line) => line.includes('kube-proxy'))).toHaveLength(1);
});

test('an API server that does not come back is told of in the end', async () => {
  await leaveJournal();
  cluster.fault = () => {
    throw refused();
  };
  await expect(settle()).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' });
});

test('a run that is alive is left to whoever takes the lock next', async () => {
  await leaveJournal();
  leaveLease();
  let beats = 0;
  const beat = (): void => {
    beats += 1;
    leaveLease(7 + beats);
    if (beats < 30) clock.at(beats * 5000, beat);
  };
  clock.at(1000, beat);
  unitEnds = after(600);
  await settle();
  expect(fenced).toEqual([]);
});
