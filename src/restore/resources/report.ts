/** What became of one kind of objects. */
export interface KindTally {
  readonly kind: string;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** There and different, and left as they are. */
  readonly kept: number;
  readonly skipped: number;
  readonly refused: number;
}

/** Something about one object that a reader should know. */
export interface ObjectNote {
  readonly object: string;
  readonly note: string;
}

/** What a restore of resources did, or with a dry run would do. */
export interface ResourcesReport {
  readonly dryRun: boolean;
  readonly kinds: readonly KindTally[];
  /** Every object that could not be restored, and why. */
  readonly refused: readonly ObjectNote[];
  /** Every object that need not be restored, since something else makes it, and why. */
  readonly skipped: readonly ObjectNote[];
  /** Objects that are there and differ from the backup, and were left as they are. */
  readonly kept: readonly string[];
  /** What had to be changed in objects that were restored. */
  readonly changed: readonly ObjectNote[];
  /** What a dry run could not try, since something else has to be there first. */
  readonly untried: number;
  /** Kinds that are never restored, with how many objects the backup has of them. */
  readonly leftOut: readonly { readonly kind: string; readonly objects: number; readonly reason: string }[];
}

type Outcome = 'created' | 'updated' | 'unchanged' | 'kept' | 'skipped' | 'refused';

/** Gathers a report while a restore runs. */
export interface Tally {
  count(kind: string, outcome: Outcome): void;
  refused(kind: string, object: string, reason: string): void;
  skipped(kind: string, object: string, reason: string): void;
  kept(kind: string, object: string): void;
  changed(object: string, note: string): void;
  untried(): void;
  leftOut(kind: string, objects: number, reason: string): void;
  report(dryRun: boolean): ResourcesReport;
}

export function newTally(): Tally {
  const kinds = new Map<string, Record<Outcome, number>>();
  const refused: ObjectNote[] = [];
  const skipped: ObjectNote[] = [];
  const kept: string[] = [];
  const changed: ObjectNote[] = [];
  const leftOut: { kind: string; objects: number; reason: string }[] = [];
  let untried = 0;
  const count = (kind: string, outcome: Outcome): void => {
    const counts = kinds.get(kind) ?? {
      created: 0,
      updated: 0,
      unchanged: 0,
      kept: 0,
      skipped: 0,
      refused: 0,
    };
    counts[outcome] += 1;
    kinds.set(kind, counts);
  };
  return {
    count,
    refused(kind, object, reason) {
      count(kind, 'refused');
      refused.push({ object, note: reason });
    },
    skipped(kind, object, reason) {
      count(kind, 'skipped');
      skipped.push({ object, note: reason });
    },
    kept(kind, object) {
      count(kind, 'kept');
      kept.push(object);
    },
    changed: (object, note) => changed.push({ object, note }),
    untried() {
      untried += 1;
    },
    leftOut: (kind, objects, reason) => leftOut.push({ kind, objects, reason }),
    report: (dryRun) => ({
      dryRun,
      kinds: [...kinds].map(([kind, counts]) => ({ kind, ...counts })),
      refused,
      skipped,
      kept,
      changed,
      untried,
      leftOut,
    }),
  };
}
