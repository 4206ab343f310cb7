import { KubestairError } from '../errors.ts';
import type { RunOptions } from '../ports/host.ts';

/** The caller's signal and the command's own time limit as one signal. */
export function limited(
  host: { readonly name: string },
  { signal, timeoutSeconds }: RunOptions,
): Disposable & { readonly signal: AbortSignal } {
  const limit = new AbortController();
  const seconds = timeoutSeconds ?? 0;
  const expire = () => {
    limit.abort(
      new KubestairError('HOST_COMMAND', `A command on ${host.name} did not end within ${seconds} s`, {
        object: `Node/${host.name}`,
        next: 'Look at the load of the host, then run the same command again.',
      }),
    );
  };
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(expire, seconds * 1000);
  const combined = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  return { signal: combined, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Work that others share: whoever gives up waiting for it must not end it for them. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
