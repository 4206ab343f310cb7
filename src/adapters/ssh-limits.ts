import type { RunOptions } from '../ports/host.ts';
import { unreachable } from './ssh-errors.ts';

/** The caller's signal and the command's own time limit as one signal. */
export function limited(
  host: { readonly name: string; readonly target: string },
  { signal, timeoutSeconds }: RunOptions,
): Disposable & { readonly signal: AbortSignal } {
  const limit = new AbortController();
  const seconds = timeoutSeconds ?? 0;
  const expire = () => {
    limit.abort(unreachable(host, `a command did not end within ${seconds} s`));
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
