/** A step as far as its place in the order goes. */
export interface Placed {
  readonly node?: string;
  readonly batch?: string;
}

/**
 * Steps that belong together: a rollout stops between units, never within one. The steps of a node follow each other in a lane; lanes go
 * on side by side; what belongs to no node comes once all lanes are through.
 */
export interface Unit<S extends Placed> {
  readonly lanes: readonly (readonly S[])[];
  readonly after: readonly S[];
}

/** Units in the order of the steps: those that follow each other and name the same batch, and each step by itself that names none. */
export function unitsOf<S extends Placed>(steps: readonly S[]): readonly Unit<S>[] {
  const runs: S[][] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last !== undefined && step.batch !== undefined && last[0]?.batch === step.batch) last.push(step);
    else runs.push([step]);
  }
  return runs.map((run) => {
    const placed = Map.groupBy(run, ({ node }) => node);
    const { [0]: first } = run;
    if (first?.batch === undefined) return { lanes: [run], after: [] };
    const lanes = [...placed].flatMap(([node, lane]) => (node === undefined ? [] : [lane]));
    return { lanes, after: placed.get(undefined) ?? [] };
  });
}

type Timed = Placed & { readonly expectedSeconds: number };

/** Seconds from the beginning at which each step is expected to start, in the order of the steps. @param atOnce lanes side by side */
export function startsOf<S extends Timed>(steps: readonly S[], atOnce: number): ReadonlyMap<S, number> {
  const starts = new Map<S, number>();
  let from = 0;
  for (const unit of unitsOf(steps)) from = placeUnit(unit, from, atOnce, starts);
  return starts;
}

/** Seconds that steps are expected to take. @param atOnce lanes side by side */
export function secondsOf(steps: readonly Timed[], atOnce: number): number {
  let from = 0;
  for (const unit of unitsOf(steps)) from = placeUnit(unit, from, atOnce, new Map());
  return from;
}

/** @returns when the unit ends */
function placeUnit<S extends Timed>(
  { lanes, after }: Unit<S>,
  from: number,
  atOnce: number,
  starts: Map<S, number>,
): number {
  const free = Array.from({ length: Math.max(1, Math.min(atOnce, lanes.length)) }, () => from);
  for (const lane of lanes) {
    const slot = free.indexOf(Math.min(...free));
    free[slot] = placeInRow(lane, free[slot] ?? from, starts);
  }
  return placeInRow(after, Math.max(from, ...free), starts);
}

function placeInRow<S extends Timed>(steps: readonly S[], from: number, starts: Map<S, number>): number {
  let at = from;
  for (const step of steps) {
    starts.set(step, at);
    at += step.expectedSeconds;
  }
  return at;
}
