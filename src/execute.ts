import { asKubestairError, KubestairError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import { type Ending, failureOf } from './report/ending.ts';
import type { Result } from './report/model.ts';
import type { RunIo } from './request/io.ts';
import type { Request } from './request/request.ts';

/** A runner that cancels sends SIGINT, SIGTERM after 7.5 seconds and SIGKILL 2.5 seconds later. */
const graceSeconds = 6;

/** Carries a request out and never throws: whatever happens becomes an ending that can be reported. */
export async function execute(
  run: (request: Request, io: RunIo) => Promise<Result>,
  request: Request,
  io: RunIo,
): Promise<Ending> {
  try {
    return await Promise.race([run(request, io), cutOff(io.signal, io.clock)]);
  } catch (thrown) {
    const error = errorOf(thrown, io.signal);
    if (error.code === 'INTERNAL' || error.cause !== undefined) io.log.debug(traceOf(error));
    return failureOf(error, request.command);
  }
}

// A run that does not come back in time is left behind: the next one finds out from the cluster how far it came.
async function cutOff(signal: AbortSignal, clock: Clock): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await clock.sleep(graceSeconds * 1000);
  throw signal.reason;
}

// Libraries answer an abort with errors of their own; what happened is still the interruption.
function errorOf(thrown: unknown, signal: AbortSignal): KubestairError {
  if (signal.aborted && !(thrown instanceof KubestairError)) return asKubestairError(signal.reason);
  return asKubestairError(thrown);
}

function traceOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${traceOf(error.cause)}` : own;
}
