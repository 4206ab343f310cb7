import type { ProofDifference } from '../backup/manifest.ts';
import type { IndexEntry } from './object-index.ts';

/** Goes along an export's entries of one kind beside the same objects as something else has them, both in the order of their keys. */
export interface Comparison {
  /** The next object there, in order. */
  see(path: string, isSame: (entry: IndexEntry) => string | undefined): Promise<void>;
  /** There are no more. @returns how many objects were the same on both sides */
  finish(): Promise<number>;
}

export interface ComparisonInput {
  /** The kind for people: `deployments.apps`. */
  readonly kind: string;
  readonly entries: AsyncIterable<IndexEntry>;
  readonly differ: (difference: ProofDifference) => void;
  /** What is said of an object that only the export has, and of one that it has not. */
  readonly findings: { readonly onlyExported: string; readonly notExported: string };
}

/** Constant memory: neither side is kept. */
export function compareKind({ kind, entries, differ, findings }: ComparisonInput): Comparison {
  const iterator = entries[Symbol.asyncIterator]();
  let current: IndexEntry | undefined;
  let begun = false;
  let same = 0;

  async function advance(): Promise<void> {
    const next = await iterator.next();
    current = next.done === true ? undefined : next.value;
  }

  const differs = (path: string, finding: string): void => differ({ object: `${kind} ${path}`, finding });

  async function begin(): Promise<void> {
    if (begun) return;
    begun = true;
    await advance();
  }

  return {
    async see(path, isSame) {
      await begin();
      while (current !== undefined && compareBytes(current.path, path) < 0) {
        differs(current.path, findings.onlyExported);
        await advance();
      }
      if (current === undefined || current.path !== path) return differs(path, findings.notExported);
      const finding = isSame(current);
      if (finding === undefined) same += 1;
      else differs(path, finding);
      await advance();
    },

    async finish() {
      await begin();
      while (current !== undefined) {
        differs(current.path, findings.onlyExported);
        await advance();
      }
      return same;
    },
  };
}

/** etcd orders keys by their bytes; JavaScript orders strings by UTF-16 units. */
function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
