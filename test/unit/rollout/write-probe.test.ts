import { beforeEach, expect, test } from 'vitest';
import { type Kube, type KubeRequest, KubeStatusError } from '../../../src/ports/kube.ts';
import { startWriteProbe } from '../../../src/rollout/write-probe.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { refused } from './fake-cluster.ts';

let clock: FakeClock;
let requests: string[];
let there: boolean;
let answer: (request: KubeRequest) => Promise<void>;

beforeEach(() => {
  clock = fakeClock();
  requests = [];
  there = false;
  answer = async () => {};
});

const kube: Kube = {
  server: 'fake',
  context: 'fake',
  stream: () => Promise.reject(new Error('no streams here')),
  async request(request) {
    const { method, path } = request;
    requests.push(`${method} ${path.split('/').at(-1)}`);
    await answer(request);
    if (method === 'PATCH' && !there) throw new KubeStatusError(404, 'NotFound', 'no such lease');
    if (method === 'POST') there = true;
    if (method === 'DELETE') there = false;
    return {};
  },
};

async function measure(seconds: number) {
  const probe = startWriteProbe(kube, clock);
  await clock.sleep(seconds * 1000);
  return await probe.stop();
}

test('one write a second, to an object that is made first and taken away last', async () => {
  const seen = await measure(60);
  expect(seen).toMatchObject({ retried: 0, failed: 0, longestGapSeconds: 1, seconds: 60 });
  expect(seen.ok).toBeGreaterThanOrEqual(59);
  expect(seen.ok).toBeLessThanOrEqual(61);
  expect(requests.slice(0, 2)).toEqual(['PATCH kubestair-write-probe', 'POST leases']);
  expect(requests.at(-1)).toBe('DELETE kubestair-write-probe');
  expect(there).toBe(false);
});

test('a write that succeeds at the second try is no failure', async () => {
  let calls = 0;
  answer = async () => {
    calls += 1;
    if (calls % 10 === 5) throw refused();
  };
  const seen = await measure(60);
  expect(seen.failed).toBe(0);
  expect(seen.retried).toBeGreaterThan(3);
});

test('an API server that is away for a minute shows in failures and in the gap', async () => {
  clock.at(20_000, () => {
    answer = () => Promise.reject(refused());
  });
  clock.at(80_000, () => {
    answer = async () => {};
  });
  const seen = await measure(120);
  expect(seen.failed).toBeGreaterThan(50);
  expect(seen.longestGapSeconds).toBeGreaterThanOrEqual(60);
  expect(seen.longestGapSeconds).toBeLessThan(63);
});

test('one that never answers is not waited for, and its end is counted', async () => {
  clock.at(30_000, () => {
    answer = ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  });
  const seen = await measure(60);
  expect(seen.failed).toBeGreaterThanOrEqual(3);
  expect(seen.longestGapSeconds).toBeGreaterThanOrEqual(29);
  // The last write is cut off by the end, and so is taking the object away.
  expect(clock.monotonic() - Date.parse('2026-11-21T09:00:00Z')).toBeLessThan(63_000);
});

test('a clock that jumps changes nothing', async () => {
  clock.at(10_000, () => clock.jump(3_600_000));
  clock.at(20_000, () => clock.jump(-7_200_000));
  expect(await measure(30)).toMatchObject({ failed: 0, longestGapSeconds: 1, seconds: 30 });
});
