import type { Evidence, ObjectUse, ObjectUses } from '../cluster/evidence.ts';
import type { Kube } from '../ports/kube.ts';
import { attempt } from './attempt.ts';
import { type ObjectMetadata, usesOf } from './object-uses.ts';
import { pages } from './pages.ts';
import type { ServedApi } from './served-apis.ts';

/** As many of one resource are named; nobody reads more, and their number is told. */
const NAMED = 100;

/** Metadata with managedFields has some kilobytes. */
const PAGE = 500;

/**
 * Objects written through API versions that have a release to go with: one list for each resource that has such a version, none
 * in most clusters. It is listed in the version that its group prefers, so as not to be what it looks for (kubent#584).
 */
export async function observeObjects(
  kube: Kube,
  served: readonly ServedApi[],
  signal?: AbortSignal,
): Promise<Evidence['objects']> {
  const resources = Map.groupBy(
    served.filter(({ listable }) => listable),
    ({ listPath }) => listPath,
  );
  const found: Evidence['objects'][number][] = [];
  for (const [path, versions] of resources) {
    const [, , group = '', , resource = ''] = path.split('/');
    const grant = { group, resource, verb: 'list' } as const;
    found.push({
      resource: `${resource}.${group}`,
      found: await attempt(() => readUses(kube, path, versions, signal), { signal, grant }),
    });
  }
  return found;
}

async function readUses(
  kube: Kube,
  path: string,
  versions: readonly ServedApi[],
  signal?: AbortSignal,
): Promise<ObjectUses> {
  const apis = new Map(versions.map((version) => [version.api, version]));
  const uses: ObjectUse[] = [];
  let more = 0;
  for await (const object of pages<ObjectMetadata>(kube, path, {
    limit: PAGE,
    metadataOnly: true,
    signal,
  })) {
    const own = usesOf(object, apis);
    if (uses.length < NAMED) uses.push(...own);
    else if (own.length > 0) more += 1;
  }
  return { uses, more };
}
