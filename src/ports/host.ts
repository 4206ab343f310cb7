/** A port to one machine, over SSH or through a pod. Over SSH commands run as the configured user, with `sudo -n` where asked; in a pod as root. */
export interface Host {
  /** The node's name. */
  readonly name: string;
  /** `user@address:port`, or what the pod is, for messages. */
  readonly target: string;
  /**
   * Runs a script through `sh`, fed on standard input so that nothing of it shows in a process list.
   * @throws KubestairError HOST_UNREACHABLE, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, HOST_AUTH, HOST_SUDO, HOST_POD; HOST_COMMAND on a non-zero exit unless `allowFailure`.
   */
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  /** Standard output of a script as it arrives, for example a tar stream. Throws like run() at the end of the stream. */
  stream(script: string, options?: Omit<RunOptions, 'allowFailure'>): AsyncIterable<Uint8Array>;
  /**
   * Runs a script with a stream as its standard input, for example to keep it in a file. Other than with run(), the script shows in
   * the host's process list. A connection that breaks may look to the script like the stream's end: it has to check what it got.
   * @throws like run(), and whatever the source throws
   */
  send(
    script: string,
    source: AsyncIterable<Uint8Array>,
    options?: Omit<RunOptions, 'allowFailure'>,
  ): Promise<CommandResult>;
  /** Opens a tunnel to an address as the host sees it, or to a Unix socket there; closed by `close()`. */
  tunnel(to: TunnelTarget, signal?: AbortSignal): Promise<Tunnel>;
  close(): Promise<void>;
}

export type TunnelTarget =
  | { readonly host: string; readonly port: number }
  /** A socket that the SSH user, or root, may connect to. */
  | { readonly socket: string };

export interface RunOptions {
  readonly sudo?: boolean;
  readonly allowFailure?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutSeconds?: number;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Tunnel {
  /** Path of a local Unix socket in a private directory. */
  readonly socketPath: string;
  close(): Promise<void>;
}
