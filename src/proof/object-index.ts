import { crc32 } from 'node:zlib';
import { linesOf } from './lines.ts';
import { objectIdentity } from './object-identity.ts';
import type { GroupResource } from './storage-keys.ts';

/** What proofs have to know of an exported object. */
export interface IndexEntry {
  /** `name`, or `namespace/name`. */
  readonly path: string;
  readonly resourceVersion: string;
  /** CRC-32 of its text, to find the objects that differ once the SHA-256 of a whole kind does. */
  readonly crc: number;
}

/** The objects of an export, kind by kind, each in the order of its keys in etcd. */
export interface ObjectIndex {
  entriesOf(kind: GroupResource, signal: AbortSignal): AsyncIterable<IndexEntry>;
}

/** Keeps what proofs have to know of the objects of an export while it streams, on disk, so that their number takes no memory. */
export interface IndexSpool extends ObjectIndex {
  /** Passes a kind's NDJSON on. Begun again for a kind, it forgets what it knew of it. */
  tap(kind: GroupResource, ndjson: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** @throws Error for a line that is no object with a name; the API server lists none. */
export function entryOf(line: Buffer): IndexEntry {
  const identity = objectIdentity(line);
  if (identity === undefined) throw new Error('an exported object has no name');
  return { ...identity, crc: crc32(line) };
}

/** Entries of a part's plain NDJSON. */
export async function* entriesOf(ndjson: AsyncIterable<Uint8Array>): AsyncGenerator<IndexEntry> {
  for await (const line of linesOf(ndjson)) yield entryOf(line);
}

/** `namespace/name` or `name`, apart. */
export function splitObjectPath(path: string): {
  readonly namespace: string | undefined;
  readonly name: string;
} {
  const [first = '', second] = path.split('/');
  return second === undefined ? { namespace: undefined, name: first } : { namespace: first, name: second };
}
