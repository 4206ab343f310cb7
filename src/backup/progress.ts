import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

const INTERVAL_MILLISECONDS = 2000;

/** Counts work and tells of it every two seconds, with its rate. */
export interface Meter {
  add(bytes: number, objects?: number): void;
  /** One line with totals and rates. */
  summary(): string;
}

export function startMeter(key: string, deps: { readonly clock: Clock; readonly log: Log }): Meter {
  const startedAt = deps.clock.now().getTime();
  let toldAt = startedAt;
  let totalBytes = 0;
  let totalObjects = 0;

  function summary(): string {
    const seconds = Math.max(0.001, (deps.clock.now().getTime() - startedAt) / 1000);
    const objects = totalObjects > 0 ? `${totalObjects} objects, ` : '';
    const rate =
      totalObjects > 0
        ? `${Math.round(totalObjects / seconds)} objects/s`
        : `${formatBytes(totalBytes / seconds)}/s`;
    return `${objects}${formatBytes(totalBytes)} in ${seconds.toFixed(1)} s (${rate})`;
  }

  return {
    add(bytes, objects = 0) {
      totalBytes += bytes;
      totalObjects += objects;
      const now = deps.clock.now().getTime();
      if (now - toldAt < INTERVAL_MILLISECONDS) return;
      toldAt = now;
      deps.log.progress(key, `${key}: ${summary()}`);
    },
    summary,
  };
}

/** Bytes as a person says them: `45 MB`. Decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Passes a stream on and counts its bytes. */
export async function* metered(source: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    meter.add(chunk.length);
    yield chunk;
  }
}
