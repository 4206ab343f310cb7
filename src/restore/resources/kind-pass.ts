import type { HeldPart } from './backed-up-kinds.ts';
import type { Orphan, Uids } from './owners.ts';
import type { Tally } from './report.ts';

/** What the restore of one kind works with. */
export interface KindPass {
  readonly part: HeldPart;
  readonly custom: boolean;
  readonly served: boolean;
  /** Names of the objects that are restored although nobody selected them, since others need them. */
  readonly only?: ReadonlySet<string>;
  readonly uids: Uids;
  readonly orphans: Orphan[];
  readonly tally: Tally;
}
