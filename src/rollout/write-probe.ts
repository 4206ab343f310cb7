import type { Clock } from '../ports/clock.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';

/** How well the API server took writes while a rollout was under way. */
export interface WriteAvailability {
  /** Writes that succeeded, at the first or the second try. */
  readonly ok: number;
  /** Of those, the ones that needed the second try. */
  readonly retried: number;
  /** Writes that failed twice. */
  readonly failed: number;
  /** Longest time between two writes that succeeded, in seconds; about 1 where none failed. */
  readonly longestGapSeconds: number;
  /** How long it was measured, in seconds. */
  readonly seconds: number;
}

export interface WriteProbe {
  /** Ends the measuring and takes its Lease away. */
  stop(): Promise<WriteAvailability>;
}

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
/** An object that nothing watches. */
const PROBE_LEASE = 'kubestair-write-probe';
const EVERY_MILLISECONDS = 1000;
/** A client that waits longer than this has given up. */
const ANSWER_MILLISECONDS = 4000;
const RETRY_MILLISECONDS = 100;
const CLEAN_UP_MILLISECONDS = 1000;

/** Writes one small object about once a second, as a client would that tries each write twice, until it is stopped. */
export function startWriteProbe(kube: Kube, clock: Clock): WriteProbe {
  const ended = new AbortController();
  const began = clock.monotonic();
  let last = began;
  let longest = 0;
  const counts = { ok: 0, retried: 0, failed: 0 };

  const succeeded = (): void => {
    longest = Math.max(longest, clock.monotonic() - last);
    last = clock.monotonic();
    counts.ok += 1;
  };
  const probe = async (): Promise<void> => {
    if (await write(kube, clock, ended.signal)) return succeeded();
    await clock.sleep(RETRY_MILLISECONDS, ended.signal);
    const second = await write(kube, clock, ended.signal);
    // A write that was cut off by the end says nothing of the API server.
    if (ended.signal.aborted) return;
    if (!second) {
      counts.failed += 1;
      return;
    }
    counts.retried += 1;
    succeeded();
  };
  const loop = (async () => {
    while (!ended.signal.aborted) {
      const next = clock.monotonic() + EVERY_MILLISECONDS;
      await probe().catch(() => undefined);
      await clock.sleep(Math.max(0, next - clock.monotonic()), ended.signal).catch(() => undefined);
    }
  })();

  return {
    async stop() {
      ended.abort();
      await loop;
      const now = clock.monotonic();
      const gap = Math.max(longest, counts.failed > 0 ? now - last : 0);
      await within(clock, CLEAN_UP_MILLISECONDS, new AbortController().signal, (signal) =>
        kube.request({ method: 'DELETE', path: `${LEASES}/${PROBE_LEASE}`, signal }),
      ).catch(() => undefined);
      return { ...counts, longestGapSeconds: rounded(gap), seconds: rounded(now - began) };
    },
  };
}

/** @returns whether the write was answered with success in time */
async function write(kube: Kube, clock: Clock, ended: AbortSignal): Promise<boolean> {
  const renewTime = clock.now().toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: 'kubestair', renewTime };
  const send = (signal: AbortSignal) =>
    kube.request({ method: 'PATCH', path: `${LEASES}/${PROBE_LEASE}`, body: { spec }, signal });
  const create = (signal: AbortSignal) =>
    kube.request({
      method: 'POST',
      path: LEASES,
      body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: PROBE_LEASE }, spec },
      signal,
    });
  try {
    await within(clock, ANSWER_MILLISECONDS, ended, async (signal) => {
      try {
        return await send(signal);
      } catch (thrown) {
        if (thrown instanceof KubeStatusError && thrown.status === 404) return await create(signal);
        throw thrown;
      }
    });
    return true;
  } catch {
    return false;
  }
}

async function within<T>(
  clock: Clock,
  milliseconds: number,
  ended: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  void clock
    .sleep(milliseconds, AbortSignal.any([done.signal, ended]))
    .then(() => late.abort(new Error('no answer in time')))
    .catch(() => undefined);
  try {
    return await work(AbortSignal.any([late.signal, ended]));
  } finally {
    done.abort();
  }
}

/** Seconds with one decimal. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
