import type { ListableKind } from './discover.ts';

/**
 * Sees what goes into a backup while it is plain, so that it can be proven by someone who cannot read it again. What a witness has
 * trouble with is its own affair: it passes everything on as it came.
 */
export interface BackupWitness {
  /** Passes a kind's NDJSON on. Called again for a kind that is listed anew, whose earlier objects do not count then. */
  resources(kind: ListableKind, ndjson: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Passes the snapshot on. Called again when it is taken anew. */
  snapshot(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
