const UNITS = { h: 3600, m: 60, s: 1 } as const;

/** Durations as Go writes them, in whole seconds at the finest: `30s`, `10m`, `1h30m`. */
export const DURATION = /^(?:\d+h)?(?:\d+m)?(?:\d+s)?$/;

/** @param text matches DURATION @returns seconds */
export function durationSeconds(text: string): number {
  const parts = text.matchAll(/(\d+)([hms])/g);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
}
