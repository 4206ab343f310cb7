/** `120 MB`, or `3.4 GB` from a thousand on. */
export function megabytes(bytes: number): string {
  const whole = Math.max(0, Math.round(bytes / 1e6));
  return whole < 1000 ? `${whole} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

/** `45 s`, `15 min`, `26 h`, rounded up. */
export function timeSpan(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 2 * 3600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
