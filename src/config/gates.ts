/** After what a gate is passed, and around what a hook runs: one node, one hop, or the whole run. */
export type Level = 'node' | 'hop' | 'run';

/** Something of the file's own that has to hold before the rollout goes on. */
export interface GateCheck {
  readonly name: string;
  readonly at: Level;
  readonly probe: GateProbe;
  /** How long it may take until it holds. */
  readonly timeoutSeconds: number;
  /** For how long it then has to hold. */
  readonly soakSeconds: number;
}

export type GateProbe =
  /** A shell command on the machine that Kubestair runs on. */
  | { readonly kind: 'command'; readonly command: string }
  /** Every sample of a query lies above, or below, a number. */
  | PrometheusProbe
  | { readonly kind: 'http'; readonly url: string; readonly status: number }
  | JobProbe;

export interface PrometheusProbe {
  readonly kind: 'prometheus';
  readonly url: string;
  readonly query: string;
  readonly above?: number;
  readonly below?: number;
}

export interface JobProbe {
  readonly kind: 'job';
  /** File that it was read from. */
  readonly manifest: string;
  readonly namespace: string;
  /** The Job as it is written. */
  readonly job: Readonly<Record<string, unknown>>;
}

/** A shell command on the machine that Kubestair runs on, before or after something. */
export interface Hook {
  readonly name: string;
  readonly when: 'before' | 'after';
  readonly at: Level;
  readonly command: string;
  readonly timeoutSeconds: number;
}
