import type { MaintenanceConfig } from '../config/windows.ts';
import type { Step, WindowForecast } from './plan.ts';
import { secondsOf, unitsOf } from './units.ts';
import { windowAt } from './windows.ts';

/** What a rollout does where windows are set: it begins a unit only if it is expected to be over when the window closes. */
interface Fit {
  readonly forecast: WindowForecast;
  /** A unit that is longer than every window that was looked at, and the longest of these. */
  readonly tooLong?: {
    readonly steps: readonly Step[];
    readonly seconds: number;
    readonly windowSeconds: number;
  };
}

/** Where a unit fits in none of so many windows in a row, it is taken for too long; and nobody plans more of them ahead. */
const WINDOWS_TRIED = 10;
const WINDOWS_AHEAD = 100;

interface Span {
  readonly from: number;
  /** Infinity where it does not close in sight. */
  readonly until: number;
}

/**
 * When a rollout may work, and in how many windows it is through.
 * @returns undefined for a file without windows and freezes
 */
export function fitOf(
  steps: readonly Step[],
  atOnce: number,
  config: MaintenanceConfig,
  now: Date,
): Fit | undefined {
  if (config.windows.length === 0 && config.freeze.length === 0) return undefined;
  const state = windowAt(now, config);
  const begun = spanFrom(now.getTime(), config);
  const frozen = state.state === 'closed' && state.frozen !== undefined ? { frozen: state.frozen } : {};
  if (begun === undefined) return { forecast: { state: 'closed', ...frozen } };
  const { through, windows, tooLong } = walk(steps, atOnce, config, begun);
  return {
    forecast: {
      state: state.state,
      ...frozen,
      opensAt: rfc3339(begun.from),
      ...(begun.until !== Infinity && { closesAt: rfc3339(begun.until) }),
      windows,
      ...(through !== undefined && { through: rfc3339(through) }),
    },
    ...(tooLong !== undefined && { tooLong }),
  };
}

/** Carries the units out on paper. */
function walk(
  steps: readonly Step[],
  atOnce: number,
  config: MaintenanceConfig,
  first: Span,
): { readonly windows: number; readonly through?: number; readonly tooLong?: Fit['tooLong'] } {
  let span = first;
  let at = first.from;
  let windows = 1;
  for (const { lanes, after } of unitsOf(steps)) {
    const unit = [...lanes.flat(), ...after];
    const seconds = secondsOf(unit, atOnce);
    let longest = 0;
    for (let tried = 0; at + seconds * 1000 > span.until; tried += 1) {
      longest = Math.max(longest, span.until - span.from);
      if (tried === WINDOWS_TRIED) {
        return { windows, tooLong: { steps: unit, seconds, windowSeconds: longest / 1000 } };
      }
      const next = spanFrom(span.until, config);
      if (next === undefined || windows === WINDOWS_AHEAD) return { windows };
      span = next;
      at = next.from;
      windows += 1;
    }
    at += seconds * 1000;
  }
  return { windows, through: at };
}

/** The time without a break in which work may be done, from a moment on. */
function spanFrom(moment: number, config: MaintenanceConfig): Span | undefined {
  const state = windowAt(new Date(moment), config);
  if (state.state === 'open') return { from: moment, until: state.closesAt?.getTime() ?? Infinity };
  return state.opensAt === undefined ? undefined : spanFrom(state.opensAt.getTime(), config);
}

function rfc3339(moment: number): string {
  return new Date(moment).toISOString();
}
