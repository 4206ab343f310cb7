/** Time as an argument, so that waits can be tested and cancelled. */
export interface Clock {
  /** What the system's clock shows: for people and calendars. It may jump, so nothing is measured by it. */
  now(): Date;
  /** Milliseconds since some moment, which go on evenly whatever is done to the system's clock: for time-outs. */
  monotonic(): number;
  /** Waits; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
