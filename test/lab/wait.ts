import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, messageOf } from './errors.ts';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An error of the question that tells that there is nothing left to wait for. */
export class HopelessError extends LabError {}

/** Asks until the answer is something other than undefined. Errors of the question count as "not yet". */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  options: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  let last = 'no answer yet';
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (cause) {
      if (cause instanceof HopelessError) throw cause;
      last = messageOf(cause);
    }
    if (performance.now() > deadline) {
      throw new LabError(`${what} did not happen within ${options.timeoutMs / 1000} s; last seen: ${last}`);
    }
    await sleep(options.everyMs ?? 500, undefined, { signal: options.signal });
  }
}
