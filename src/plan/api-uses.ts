import type { Evidence, HelmRelease, ObjectUse } from '../cluster/evidence.ts';
import type { Location } from '../errors.ts';
import { type DeprecatedApi, deprecatedKind, deprecatedResource, resourceName } from '../tables/apis.ts';

/** Something that uses an API version with a release to go with. */
export interface ApiUse {
  readonly entry: DeprecatedApi;
  /** As kubectl would name it. */
  readonly object: string;
  /** How it is used, to follow the object and go before what becomes of the API version. */
  readonly how: string;
  /** Whom to turn to, as a sentence that ends before the replacement. */
  readonly remedy: string;
  /**
   * `requests` are made to the API now, `own` are such as Kubernetes' own controllers make, `text` is to be applied or upgraded
   * again some day.
   */
  readonly by: 'requests' | 'own' | 'text';
  readonly location?: Location;
}

/** Every use that the evidence shows. */
export function apiUses(evidence: Evidence): readonly ApiUse[] {
  return [
    ...requestUses(evidence),
    ...evidence.objects.flatMap(({ found }) => (found.known ? found.value.uses.flatMap(objectUse) : [])),
    ...evidence.releases.flatMap(({ found }) => (found.known ? found.value.flatMap(releaseUses) : [])),
    ...manifestUses(evidence),
  ];
}

/** Requests that the garbage collector and the namespace controller make of every kind that can be listed and deleted. */
const OWN_VERBS = ['LIST', 'WATCH', 'DELETECOLLECTION'];

function requestUses({ requests }: Evidence): readonly ApiUse[] {
  const asked = requests.flatMap(({ node, found }) =>
    found.known ? found.value.apis.map((requested) => ({ node, ...requested })) : [],
  );
  const same = Map.groupBy(asked, ({ api, resource }) => `${api} ${resource}`);
  return [...same.values()].flatMap((servers): readonly ApiUse[] => {
    const [{ api, resource }] = servers as [(typeof servers)[number]];
    const entry = deprecatedResource(api, resource);
    if (entry === undefined) return [];
    const verbs = [...new Set(servers.flatMap((server) => server.verbs))].toSorted();
    const own = servers.every(
      (server) => server.preferred && server.verbs.every((verb) => OWN_VERBS.includes(verb)),
    );
    const nodes = servers.map(({ node }) => node).join(', ');
    return [
      {
        ...{ entry, object: resourceName(entry), by: own ? 'own' : 'requests' },
        how: own
          ? `was only asked for as the garbage collector and other controllers of Kubernetes do (${verbs.join(', ')} on ${nodes})`
          : `is asked for by clients (${verbs.join(', ')} on ${nodes})`,
        remedy:
          'Find the clients by the annotation k8s.io/deprecated in the audit log, or by the managers that wrote such objects',
      },
    ];
  });
}

function objectUse({ api, kind, namespace, name, by, trace, at }: ObjectUse): readonly ApiUse[] {
  const entry = deprecatedKind(api, kind);
  if (entry === undefined) return [];
  const when = at === undefined ? '' : ` on ${at.slice(0, 10)}`;
  return [
    {
      ...{
        entry,
        object: [kind, namespace, name].filter((part) => part !== undefined).join('/'),
        by: 'text',
      },
      how:
        trace === 'last-applied'
          ? `was applied with ${api} by ${by}${when}`
          : `was last written with ${api} by ${by}${when}`,
      remedy: `Change what ${by} writes it from`,
    },
  ];
}

function releaseUses({ namespace, name, revision, objects }: HelmRelease): readonly ApiUse[] {
  if (!objects.known) return [];
  const byApi = Map.groupBy(objects.value, ({ api, kind }) => `${api} ${kind}`);
  return [...byApi.values()].flatMap((same): readonly ApiUse[] => {
    const [{ api, kind }] = same as [(typeof same)[number]];
    const entry = deprecatedKind(api, kind);
    if (entry === undefined) return [];
    const named = same.map((object) => (object.name === '' ? kind : `${kind}/${object.name}`));
    return [
      {
        ...{ entry, object: `Helm release ${namespace}/${name}`, by: 'text' },
        how: `has ${named.join(', ')} with ${api} in its revision ${revision}`,
        remedy:
          'Upgrade the release to a chart that is written otherwise; the plug-in mapkubeapis mends a release that Helm cannot read any more',
      },
    ];
  });
}

function manifestUses({ manifests }: Evidence): readonly ApiUse[] {
  return manifests.objects.flatMap(({ api, kind, name, location }): readonly ApiUse[] => {
    const entry = deprecatedKind(api, kind);
    if (entry === undefined) return [];
    const object = name === '' ? kind : `${kind}/${name}`;
    const remedy = `Change line ${location.line} of ${location.file}`;
    return [{ ...{ entry, object, by: 'text', remedy, location }, how: `is written with ${api}` }];
  });
}
