import { Cron } from 'croner';
import type { Freeze, MaintenanceConfig, MaintenanceWindow } from '../config/windows.ts';

/** Whether an upgrade may work on nodes at a moment. */
export type WindowState = OpenWindow | ClosedWindow;

export interface OpenWindow {
  readonly state: 'open';
  /** When it ends; absent where it does not within the next 400 days. */
  readonly closesAt?: Date;
}

export interface ClosedWindow {
  readonly state: 'closed';
  /** Why a freeze forbids it; absent outside of the windows. */
  readonly frozen?: string;
  /** When work may begin; absent where that is not within the next 400 days. */
  readonly opensAt?: Date;
}

/** Windows that come once a year are found, and a search ends. */
const HORIZON_MS = 400 * 24 * 3600 * 1000;

/**
 * Whether work on nodes may begin or go on at a moment: within a window, where the file has any, and within no freeze. A window is open
 * from its opening on, up to and without its end; windows that touch are one. Openings are read on the clocks of the window's time zone,
 * its length is time that passes.
 */
export function windowAt(now: Date, config: MaintenanceConfig): WindowState {
  const at = now.getTime();
  const openUntil = openUntilOf(at, config);
  if (openUntil !== undefined) {
    return openUntil - at < HORIZON_MS ? { state: 'open', closesAt: new Date(openUntil) } : { state: 'open' };
  }
  const freeze = freezeAt(at, config.freeze);
  const opensAt = nextOpening(at, config);
  return {
    state: 'closed',
    ...(freeze !== undefined && { frozen: freeze.reason }),
    ...(opensAt !== undefined && { opensAt: new Date(opensAt) }),
  };
}

/** The end of the time without a break that a moment is in; undefined for a moment at which nothing may be done. */
function openUntilOf(at: number, { windows, freeze }: MaintenanceConfig): number | undefined {
  if (freezeAt(at, freeze) !== undefined) return undefined;
  const frozenFrom = Math.min(
    at + HORIZON_MS,
    ...freeze.map(({ from }) => Date.parse(from)).filter((from) => from > at),
  );
  if (windows.length === 0) return frozenFrom;
  let until = at;
  while (until < frozenFrom) {
    const next = Math.max(...windows.map((window) => endOfOpeningAt(until, window)));
    if (next <= until) break;
    until = next;
  }
  return until === at ? undefined : Math.min(until, frozenFrom);
}

/** When the window that is open at a moment ends; the moment itself, or one before it, where none is. */
function endOfOpeningAt(at: number, { durationSeconds, ...window }: MaintenanceWindow): number {
  // Whole seconds: an opening at the very moment counts, and those before a given time are asked for.
  const [last] = cronOf(window).previousRuns(1, new Date(Math.floor(at / 1000) * 1000 + 1000));
  return last === undefined ? at : last.getTime() + durationSeconds * 1000;
}

function nextOpening(from: number, config: MaintenanceConfig): number | undefined {
  let at = from;
  while (at - from < HORIZON_MS) {
    if (openUntilOf(at, config) !== undefined) return at;
    const freeze = freezeAt(at, config.freeze);
    const next = freeze === undefined ? firstOpening(at, config.windows) : Date.parse(freeze.until);
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

function firstOpening(after: number, windows: readonly MaintenanceWindow[]): number | undefined {
  const openings = windows.flatMap((window) => cronOf(window).nextRun(new Date(after))?.getTime() ?? []);
  return openings.length === 0 ? undefined : Math.min(...openings);
}

function freezeAt(at: number, freezes: readonly Freeze[]): Freeze | undefined {
  return freezes.find(({ from, until }) => Date.parse(from) <= at && at < Date.parse(until));
}

/** Without a function to call it schedules nothing. */
function cronOf({ cron, timezone }: Pick<MaintenanceWindow, 'cron' | 'timezone'>): Cron {
  return new Cron(cron, { timezone, mode: '5-part' });
}
