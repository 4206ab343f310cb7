import type { Evidence, ObjectUse, ObjectUses } from '../cluster/evidence.ts';
import type { Grant } from '../cluster/grants.ts';
import { isAtLeastMinor } from '../cluster/version.ts';
import type { Kube } from '../ports/kube.ts';
import { DEPRECATED_APIS } from '../tables/apis.ts';
import { REVIEWED } from '../tables/reviewed.ts';
import { attempt } from './attempt.ts';
import { type ObjectMetadata, usesOf } from './object-uses.ts';
import { pages } from './pages.ts';
import type { ServedApi } from './served-apis.ts';

/** As many are named for each version, whose fates differ; nobody reads more, and the number of the others is told. */
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

/** The rights that these lists need where such versions are served: those that a supported release may still have. */
export function objectGrants(): readonly Grant[] {
  const [oldest] = REVIEWED.minors;
  const entries = DEPRECATED_APIS.filter(({ removedIn }) => !isAtLeastMinor(`v${oldest}.0`, removedIn));
  const resources = new Map(
    entries.map(({ api, resource }) => [`${api.split('/')[0]}/${resource}`, resource]),
  );
  return [...resources].toSorted().map(([key, resource]) => {
    const [group = ''] = key.split('/');
    return { group, resource, verb: 'list' };
  });
}

async function readUses(
  kube: Kube,
  path: string,
  versions: readonly ServedApi[],
  signal?: AbortSignal,
): Promise<ObjectUses> {
  const apis = new Map(versions.map((version) => [version.api, version]));
  const uses: ObjectUse[] = [];
  const named = new Map<string, number>();
  let more = 0;
  for await (const object of pages<ObjectMetadata>(kube, path, {
    limit: PAGE,
    metadataOnly: true,
    signal,
  })) {
    for (const use of usesOf(object, apis)) {
      const before = named.get(use.api) ?? 0;
      named.set(use.api, before + 1);
      if (before < NAMED) uses.push(use);
      else more += 1;
    }
  }
  return { uses, more };
}
