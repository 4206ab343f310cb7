/** A lock as it is seen in one of the places where it is kept. */
export interface Held {
  /** Id of the run that holds it. */
  readonly holder: string;
  /** Who started that run, where it said so. */
  readonly who?: string;
  /** RFC 3339, by the holder's clock. */
  readonly since: string;
  /** Last sign of life, RFC 3339, by the holder's clock. */
  readonly renewedAt: string;
  /** Differs after each sign of life: clocks of two runners may differ, so nothing else tells the dead from the living. */
  readonly mark: string;
}

/** One place where a lock is kept. Whoever is first to claim it there holds it. */
export interface LockPlace {
  /** For messages: `Lease/kube-system/kubestair`. */
  readonly object: string;
  /** @returns undefined while it is free */
  read(signal?: AbortSignal): Promise<Held | undefined>;
  /** Takes it as it was last read, free or with a dead holder. @returns false when another run was faster */
  claim(signal: AbortSignal): Promise<boolean>;
  /** Gives a sign of life. */
  renew(signal: AbortSignal): Promise<Renewal>;
  /** Gives it back, if it is still held. */
  release(signal: AbortSignal): Promise<void>;
  /** Takes it away from a run that may be alive, which then stops at its next sign of life. */
  takeAway(runId: string, reason: string, signal: AbortSignal): Promise<void>;
}

export type Renewal =
  | { readonly kept: true }
  /** `holder` is absent when it was taken away and nobody has it. */
  | { readonly kept: false; readonly holder?: string };
