/** A port to servers that a cluster file names. */
export interface Web {
  /**
   * One GET, without following redirections, through the proxy that the environment names.
   * @throws Error when no answer came within the time; the signal's reason
   */
  get(
    url: string,
    options: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
  ): Promise<WebAnswer>;
}

export interface WebAnswer {
  readonly status: number;
  /** At most a mebibyte of it. */
  readonly body: string;
}
