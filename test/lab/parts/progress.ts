/** Receives one line a person can read; no line break at its end. */
export type Progress = (line: string) => void;

const TICK_MILLISECONDS = 15_000;

/** Seconds as a person says them: `45 s`, `7 min 20 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Runs a long task and says every few seconds that it still lives; `detail` adds what it is at. */
export async function withProgress<T>(
  what: string,
  expectedSeconds: number,
  progress: Progress,
  task: () => Promise<T>,
  detail: () => string = () => '',
): Promise<T> {
  const start = performance.now();
  const elapsed = (): string => formatSeconds((performance.now() - start) / 1000);
  progress(`${what} (about ${formatSeconds(expectedSeconds)})`);
  const timer = setInterval(() => {
    const more = detail();
    progress(`${what} … ${elapsed()} of about ${formatSeconds(expectedSeconds)}${more ? `, ${more}` : ''}`);
  }, TICK_MILLISECONDS);
  try {
    const result = await task();
    progress(`${what}: done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
