import { type ErrorCode, KubestairError } from '../../../../src/errors.ts';
import type { FakeClock } from '../clock.ts';
import type { Machine } from './machine.ts';
import type { Process } from './process.ts';

/** What happens to a run from outside, at once and for a while. */
export const ACCIDENTS = {
  'the API server is away for 60 s': 'api',
  'the store is away for five minutes': 'store',
  'no host answers for 90 s': 'hosts',
  'somebody takes the Lease': 'lease',
  'the job is cancelled': 'signal',
  'the job is cancelled while API server and store hang': 'hang',
  'the clock jumps an hour ahead': 'clock',
} as const;

export type Accident = (typeof ACCIDENTS)[keyof typeof ACCIDENTS];

const AWAY: Partial<Record<Accident, readonly [seconds: number, code: ErrorCode]>> = {
  api: [60, 'KUBE_UNREACHABLE'],
  store: [300, 'STORE_FAILED'],
  hosts: [90, 'HOST_UNREACHABLE'],
};
/** Longer than a run that was cancelled may take. */
const HANGS_MILLISECONDS = 60_000;

/**
 * The same process, to which an accident happens at the nth call that it makes to the world.
 * @param when milliseconds of the monotonic clock at which it happened are put there
 */
export function meets(
  process: Process,
  accident: Accident,
  at: number,
  machine: Machine,
  clock: FakeClock,
  when: { at?: number } = {},
): Process {
  const begin = (): void => {
    if (when.at !== undefined || process.operations.length <= at) return;
    when.at = clock.monotonic();
    if (accident === 'clock') clock.jump(3_600_000);
    if (accident === 'signal' || accident === 'hang')
      process.stop.abort(new KubestairError('INTERRUPTED', 'The run was stopped by SIGINT.'));
    if (accident !== 'lease') return;
    const spec = { ...machine.cluster.leases.get('kubestair')?.spec, holderIdentity: 'thief' };
    machine.cluster.leases.set('kubestair', { version: 1_000_000, spec });
  };
  const orAway = async (what: Accident, signal?: AbortSignal): Promise<void> => {
    begin();
    if (when.at === undefined) return;
    // Whoever asks has to let go by himself.
    if (accident === 'hang' && what !== 'hosts' && clock.monotonic() < when.at + HANGS_MILLISECONDS)
      return await new Promise((_resolve, reject) => {
        if (signal?.aborted) reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const [seconds, code] = AWAY[what] ?? [0, 'INTERNAL'];
    if (accident !== what || clock.monotonic() >= when.at + seconds * 1000) return;
    throw new KubestairError(code, `${what} away`);
  };
  return {
    ...process,
    kube: (kube) =>
      process.kube({
        ...kube,
        request: async (request) => {
          await orAway('api', request.signal);
          return await kube.request(request);
        },
      }),
    store: (store) =>
      process.store({
        ...store,
        put: async (key, body, options) => {
          await orAway('store', options?.signal);
          await store.put(key, body, options);
        },
        get: async (key, signal) => {
          await orAway('store', signal);
          return await store.get(key, signal);
        },
        probe: async (prefix, signal) => {
          await orAway('store', signal);
          await store.probe(prefix, signal);
        },
        async *list(prefix, signal) {
          await orAway('store', signal);
          yield* store.list(prefix, signal);
        },
      }),
    host: (host) =>
      process.host({
        ...host,
        run: async (script, options) => {
          await orAway('hosts');
          return await host.run(script, options);
        },
      }),
  };
}
