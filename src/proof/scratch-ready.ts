import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunningService, ScratchMachine } from '../ports/scratch-machine.ts';

const READY_SECONDS = 180;
const POLL_MILLISECONDS = 250;

interface ReadyDeps {
  readonly machine: ScratchMachine;
  readonly clock: Clock;
}

/** Asks until there is an answer; a program that has ended will not give one. @throws KubestairError SCRATCH_FAILED, or what `hopeless` makes of a line */
export async function untilReady<T>(
  { machine, clock }: ReadyDeps,
  title: string,
  service: RunningService,
  ask: () => Promise<T>,
  signal: AbortSignal,
  hopeless: (line: string) => KubestairError | undefined = () => undefined,
): Promise<T> {
  const deadline = clock.monotonic() + READY_SECONDS * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      signal.throwIfAborted();
      const { running, lines } = await service.look(signal);
      for (const line of lines) {
        const error = hopeless(line);
        if (error !== undefined) throw error;
      }
      const late = clock.monotonic() >= deadline;
      if (!running || late) {
        throw notStarted(
          machine,
          title,
          running ? `is not ready after ${READY_SECONDS} s (${thrown})` : 'ended',
          lines,
          thrown,
        );
      }
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

function notStarted(
  machine: ScratchMachine,
  title: string,
  how: string,
  lines: readonly string[],
  cause: unknown,
): KubestairError {
  return new KubestairError('SCRATCH_FAILED', `the scratch ${title} ${how}:\n${lines.slice(-5).join('\n')}`, {
    object: machine.name,
    next: 'Its last words say why.',
    cause,
  });
}
