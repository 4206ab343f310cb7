import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';

/** Everything that a run takes from the process around it. */
export interface RunIo {
  readonly log: Log;
  readonly clock: Clock;
  /** Aborted by SIGINT or SIGTERM; its reason is a KubestairError INTERRUPTED. A run then comes back within 6 seconds. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths of the request start from. */
  readonly cwd: string;
  /** Name and version that plans, manifests and documents carry, for example `kubestair/0.1.0`. */
  readonly tool: string;
  /** Private (0700), short enough for Unix sockets, and removed by the caller after the run. */
  readonly tempDir: string;
  /** Asks the person at the terminal; absent where there is none. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Where the run belongs to a pull request whose forge can be asked. */
  readonly pullRequest?: { readonly number: number; readonly base: string; readonly forge: Forge };
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
}
