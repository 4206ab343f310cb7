import { z } from 'zod';
import type { Kube } from '../ports/kube.ts';
import type { ListableKind } from './discover.ts';
import { type ListEnvelope, scanList } from './list-scanner.ts';
import { inPieces } from './pieces.ts';

/** kubectl's own default (`--chunk-size`). */
const PAGE_OBJECTS = 500;

/** The first piece comes as it is, and has the list's metadata. */
const BLOCK_BYTES = 128 * 1024;

const peeked = z.object({
  metadata: z
    .object({ resourceVersion: z.string().optional(), remainingItemCount: z.number().optional() })
    .optional(),
});

/** Called for each page that was read to its end. */
export type OnPage = (page: ListEnvelope, bytes: number) => void;

/**
 * All objects of a kind as NDJSON, each exactly as the API server lists it (items of built-in kinds carry neither apiVersion nor
 * kind there), page by page, nothing held in memory. A page is asked for as soon as the one before it names it.
 * @param exactly Resource version to list at; undefined for a list that is consistent in itself, at a version of its own.
 * @throws KubeStatusError (410 when the resource version was compacted), MalformedListError, whatever a cut connection throws
 */
export async function* listPages(
  kube: Kube,
  kind: ListableKind,
  exactly: string | undefined,
  onPage: OnPage,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const ask = (continueToken: string): Answer => {
    const path = pagePath(kind, exactly, continueToken);
    const answer = kube.stream({ path, signal: AbortSignal.any([signal, stop.signal]) });
    // Whoever reads it is told; but it may never be read.
    answer.catch(() => {});
    return answer;
  };
  let answer: Answer | undefined = ask('');
  let read = false;
  try {
    while (answer !== undefined) {
      const scanner = scanList();
      let bytes = 0;
      let next: Answer | undefined;
      for await (const block of inPieces(await answer, BLOCK_BYTES)) {
        const lines = scanner.push(block);
        // The API server works on the next page while this one is read, and hardly ever waits for us.
        const token = next === undefined ? scanner.nextPage() : '';
        if (token !== '') next = ask(token);
        bytes += lines.length;
        if (lines.length > 0) yield lines;
      }
      const page = scanner.finish();
      onPage(page, bytes);
      answer = next ?? (page.continueToken === '' ? undefined : ask(page.continueToken));
    }
    read = true;
  } finally {
    if (!read) stop.abort();
  }
}

type Answer = ReturnType<Kube['stream']>;

/** What the metadata of a kind's list says. */
export interface Peek {
  /** Empty where the API has none (componentstatuses, metrics.k8s.io). */
  readonly resourceVersion: string;
  /** How many objects there are beyond the first, about; zero where the API does not tell. */
  readonly more: number;
}

/**
 * The resource version and the size that a kind's list has now. A list without a version is a consistent read (Kubernetes API
 * concepts, "Resource versions"); one object is asked for since only the list's metadata matters.
 */
export async function peekAt(
  kube: Kube,
  kind: Pick<ListableKind, 'group' | 'version' | 'resource'>,
  signal: AbortSignal,
): Promise<Peek> {
  const list = await kube.request({ path: `${collectionPath(kind)}?limit=1`, signal });
  const { resourceVersion = '', remainingItemCount = 0 } = peeked.parse(list).metadata ?? {};
  return { resourceVersion, more: remainingItemCount };
}

/** Every cluster has namespaces, and they are always in the main etcd. */
export const NAMESPACES = { group: '', version: 'v1', resource: 'namespaces' } as const;

function pagePath(kind: ListableKind, exactly: string | undefined, continueToken: string): string {
  const query = new URLSearchParams({ limit: String(PAGE_OBJECTS) });
  // A continue token carries its resource version; the API server refuses both.
  if (continueToken !== '') query.set('continue', continueToken);
  else if (exactly !== undefined) {
    query.set('resourceVersion', exactly);
    query.set('resourceVersionMatch', 'Exact');
  }
  return `${collectionPath(kind)}?${query}`;
}

/** Path of a kind's objects, of one namespace or of all. */
export function collectionPath(
  { group, version, resource }: Pick<ListableKind, 'group' | 'version' | 'resource'>,
  namespace?: string,
): string {
  const root = group === '' ? '/api' : `/apis/${group}`;
  const within = namespace === undefined ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
  return `${root}/${version}/${within}${resource}`;
}
