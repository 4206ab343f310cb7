/** Time as an argument, so that waits can be tested and cancelled. */
export interface Clock {
  now(): Date;
  /** Waits; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
