/** What a run tells those who look on. Implementations write to stderr or to the Actions log, never to stdout. */
export interface Log {
  debug(message: string): void;
  /** A milestone is for those who look on from afar: few of them, and shown where they are seen without opening the log. */
  info(message: string, weight?: 'milestone'): void;
  warn(message: string): void;
  /** Registers a secret: it is never printed from here on. */
  mask(secret: string): void;
  /** Runs work under a heading that terminals indent and Actions fold. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /**
   * A line that replaces the previous one of the same key where the display can do that (a terminal). A lasting one stays there, with how
   * long it has been, until it is ended by a message of undefined.
   */
  progress(key: string, message: string | undefined, lasting?: 'lasting'): void;
}
