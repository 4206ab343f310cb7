/** A port to the metrics that a component serves on its own host. */
export interface Metrics {
  /**
   * The lines of its metrics as they arrive, in the text format of Prometheus.
   * @throws Error for any answer but 200, and what the connection throws
   */
  lines(signal?: AbortSignal): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Where a component serves them, through a tunnel. Keys stay in memory. */
export interface MetricsTarget {
  readonly socketPath: string;
  /** Name that the component's certificate is valid for. */
  readonly serverName: string;
  readonly path: string;
  /** PEM texts. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
}

export type OpenMetrics = (target: MetricsTarget) => Metrics;
