/** Ends a transfer that makes no progress. */
export interface StallWatch {
  /** Starts counting: from here on the other side is waited for. */
  wait(): void;
  /** Stops counting while the reader is busy itself. */
  pause(): void;
  /** Something arrived: counts from the start again. */
  progress(): void;
}

/** @param onStall Called once when the time waited without progress reaches the limit. */
export function watchForStall(limitMilliseconds: number, onStall: () => void): StallWatch {
  let left = limitMilliseconds;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;

  return {
    wait() {
      since = performance.now();
      timer = setTimeout(onStall, left);
    },
    pause() {
      clearTimeout(timer);
      left -= performance.now() - since;
    },
    progress() {
      left = limitMilliseconds;
    },
  };
}
