import type { Progress } from './parts/progress.ts';

/** Runs one named piece of work and reports how long it took. */
export type Stage = <T>(title: string, work: () => Promise<T>) => Promise<T>;

/** Makes a reporter of stages: each line carries the time since the first and the stage's own. */
export function stagesFor(progress: Progress): Stage {
  const start = performance.now();
  return async (title, work) => {
    const began = performance.now();
    const result = await work();
    progress(`${clock(performance.now() - start)}  ${title} (${seconds(performance.now() - began)})`);
    return result;
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function clock(ms: number): string {
  const total = Math.round(ms / 1000);
  return `${String(Math.floor(total / 60)).padStart(2)}:${String(total % 60).padStart(2, '0')}`;
}
