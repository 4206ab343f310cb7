import { KubestairError } from '../errors.ts';

export interface Interruption {
  /** What the INTERRUPTED error tells the reader to do. */
  readonly next: string;
  /** Called at the first signal, before anything is aborted. */
  readonly onFirst: (signal: NodeJS.Signals) => void;
  /** Called at every further signal. */
  readonly onAgain: (signal: NodeJS.Signals) => void;
}

/** A signal that aborts with a KubestairError INTERRUPTED when the process is asked to stop. */
export function abortWhenAskedToStop(interruption: Interruption): AbortSignal {
  const controller = new AbortController();
  const handle = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      interruption.onAgain(signal);
      return;
    }
    interruption.onFirst(signal);
    controller.abort(
      new KubestairError('INTERRUPTED', `The run was stopped by ${signal}.`, { next: interruption.next }),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  return controller.signal;
}
