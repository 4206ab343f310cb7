import type { MaintenanceConfig } from '../config/windows.ts';
import { KubestairError } from '../errors.ts';
import { windowAt } from '../plan/windows.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { formatSeconds, formatTime } from '../report/units.ts';

export interface WindowDeps {
  readonly config: MaintenanceConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Waits for the next window instead of stopping. */
  readonly wait: boolean;
}

/** The system's clock is read again this often: it may be set meanwhile, and machines may sleep. */
const LOOK_MILLISECONDS = 30_000;

/**
 * Comes back when work of so many seconds may begin: at once within a window that it fits into.
 * @throws KubestairError WINDOW_ENDED when it does not fit and nobody wants to wait, or no further window is in sight
 */
export async function awaitWindow(
  seconds: number,
  { config, clock, log, signal, wait }: WindowDeps,
): Promise<void> {
  let told = '';
  for (;;) {
    const room = roomFor(seconds, clock.now(), config);
    if (room.fits) return;
    if (!wait || room.opensAt === undefined) throw windowEnded(seconds, room);
    const line = `${room.why}; waiting for the window that opens at ${formatTime(room.opensAt.toISOString())}`;
    if (line !== told) log.info(line);
    told = line;
    await clock.sleep(LOOK_MILLISECONDS, signal);
  }
}

type Room = { readonly fits: true } | { readonly fits: false; readonly why: string; readonly opensAt?: Date };

/** Whether work of so many seconds fits into what is left of the window that is open now. */
function roomFor(seconds: number, now: Date, config: MaintenanceConfig): Room {
  const state = windowAt(now, config);
  if (state.state === 'closed') {
    const why =
      state.frozen === undefined ? 'the maintenance window has ended' : `a freeze is on (${state.frozen})`;
    return { fits: false, why, ...(state.opensAt !== undefined && { opensAt: state.opensAt }) };
  }
  const { closesAt } = state;
  if (closesAt === undefined || now.getTime() + seconds * 1000 <= closesAt.getTime()) return { fits: true };
  const why = `the maintenance window ends at ${formatTime(closesAt.toISOString())}, and what comes next takes about ${formatSeconds(seconds)}`;
  const after = windowAt(closesAt, config);
  const opensAt = after.state === 'closed' ? after.opensAt : closesAt;
  return { fits: false, why, ...(opensAt !== undefined && { opensAt }) };
}

function windowEnded(seconds: number, { why, opensAt }: Exclude<Room, { fits: true }>): KubestairError {
  const next =
    opensAt === undefined
      ? 'No window opens in sight: change spec.windows or spec.freeze, then run the same command again.'
      : `It goes on in the next window at ${formatTime(opensAt.toISOString())}: run the same command then, or let it wait with --wait-for-window.`;
  return new KubestairError('WINDOW_ENDED', `stopped between nodes: ${why}`, {
    object: `work of ${formatSeconds(seconds)}`,
    next,
  });
}
