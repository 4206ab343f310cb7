import { createHash } from 'node:crypto';
import { listPages } from '../backup/list-pages.ts';
import type { ResourcePart } from '../backup/manifest.ts';
import type { Kube } from '../ports/kube.ts';

/** A kind's objects as an API server lists them at a revision. */
export interface ServedKind {
  readonly objects: number;
  /** Of the NDJSON that an export of it would be. */
  readonly sha256: string;
}

/** @throws KubeStatusError, MalformedListError, KubestairError KUBE_* */
export async function readServed(
  kube: Kube,
  part: ResourcePart,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<ServedKind> {
  const hash = createHash('sha256');
  let objects = 0;
  const pages = listPages(kube, part, resourceVersion, (page) => (objects += page.items), signal);
  for await (const chunk of pages) hash.update(chunk);
  return { objects, sha256: hash.digest('hex') };
}
