/** A port to the machine that Kubestair runs on, for the commands that a cluster file names. */
export interface Commands {
  /**
   * Runs a command through `sh`, in the directory that Kubestair was started in, and ends it with all that it started once its time is
   * over or the signal aborts. The environment is that of the process without what belongs to the Action itself, and `env` on top.
   * @throws the signal's reason
   */
  run(command: string, options: CommandOptions): Promise<CommandEnd>;
}

export interface CommandOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** A line of its output, as it arrives. */
  readonly onLine: (line: string) => void;
}

export interface CommandEnd {
  /** Absent where it was ended because its time was over, or by a signal. */
  readonly exitCode?: number;
  /** Its last lines, standard output and error as they came. */
  readonly lines: readonly string[];
}
