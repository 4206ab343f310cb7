import { z } from 'zod';
import type { Kube } from '../ports/kube.ts';
import type { ListableKind } from './discover.ts';
import { type ListEnvelope, scanList } from './list-scanner.ts';

/** kubectl's own default (`--chunk-size`). */
const PAGE_OBJECTS = 500;

const listMeta = z.object({ metadata: z.object({ resourceVersion: z.string().optional() }).optional() });

/** Called for each page that was read to its end. */
export type OnPage = (page: ListEnvelope, bytes: number) => void;

/**
 * All objects of a kind as NDJSON, each exactly as the API server lists it (items of built-in kinds carry neither apiVersion nor
 * kind there), page by page, nothing held in memory.
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
  let continueToken = '';
  do {
    const scanner = scanList();
    let bytes = 0;
    for await (const chunk of await kube.stream({ path: pagePath(kind, exactly, continueToken), signal })) {
      const lines = scanner.push(chunk);
      bytes += lines.length;
      if (lines.length > 0) yield lines;
    }
    const page = scanner.finish();
    onPage(page, bytes);
    continueToken = page.continueToken;
  } while (continueToken !== '');
}

/**
 * The resource version that a kind's list has now. A list without a version is a consistent read (Kubernetes API concepts,
 * "Resource versions"); one object is asked for since only the list's metadata matters.
 * @returns Empty where the API has none (componentstatuses, metrics.k8s.io).
 */
export async function currentResourceVersion(
  kube: Kube,
  kind: Pick<ListableKind, 'group' | 'version' | 'resource'>,
  signal: AbortSignal,
): Promise<string> {
  const list = await kube.request({ path: `${collectionPath(kind)}?limit=1`, signal });
  return listMeta.parse(list).metadata?.resourceVersion ?? '';
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
