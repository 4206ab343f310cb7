/** What was measured once, or the median of several times. */
export interface Row {
  readonly what: string;
  readonly seconds: number;
  /** What went through in that time, for the rate. */
  readonly objects?: number;
  readonly bytes?: number;
  /** Of the process that is measured, without servers. */
  readonly cpuSeconds?: number;
  /** Resident set of that process at its highest. */
  readonly peakBytes?: number;
}

/** Something that is promised, and how it turned out on this machine. */
export interface Claim {
  readonly what: string;
  readonly measured: number;
  /** `times`, `MiB`, `s`, `ms`, `requests`. */
  readonly unit: string;
  readonly wanted: { readonly atMost: number } | { readonly atLeast: number };
}

export interface BenchResult {
  readonly rows: readonly Row[];
  readonly claims: readonly Claim[];
  /** What one has to know to read the rows: sizes, repetitions, settings. */
  readonly notes: readonly string[];
}

export interface BenchIo {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Measures one thing against another in one run, so that a slow or busy machine slows both. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  run(io: BenchIo): Promise<BenchResult>;
}

export function isMet({ measured, wanted }: Claim): boolean {
  return 'atMost' in wanted ? measured <= wanted.atMost : measured >= wanted.atLeast;
}
