import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReleaseSources } from './release.ts';

/** One row of src/tables/data/apis.ts. */
export interface ApiRow {
  /** `group/version`; `v1` for the core group. */
  readonly api: string;
  readonly kind: string;
  readonly resource: string;
  /** Minors; empty where no source names one. */
  readonly deprecatedIn: string;
  readonly removedIn: string;
  /** `group/version` to use instead; empty where there is none. */
  readonly replacement: string;
  /** Minor that has the replacement first, where a source names it. */
  readonly replacementSince: string;
}

/**
 * What went before the oldest release that is read here, and of which its sources have no trace. From the types in k8s.io/api
 * 0.27 to 0.35 and https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
 */
const BEFORE: readonly ApiRow[] = [
  gone('extensions/v1beta1', 'PodSecurityPolicy', '1.16', 'policy/v1beta1', '1.11'),
  gone('policy/v1beta1', 'PodSecurityPolicy', '1.25', '', '1.21'),
  gone('networking.k8s.io/v1alpha1', 'ClusterCIDR', '1.29', ''),
  gone('networking.k8s.io/v1alpha1', 'IPAddress', '1.33', 'networking.k8s.io/v1beta1', '1.30'),
  gone('networking.k8s.io/v1alpha1', 'ServiceCIDR', '1.33', 'networking.k8s.io/v1beta1', '1.30'),
  ...['ResourceClaim', 'ResourceClaimTemplate', 'ResourceClass', 'PodScheduling'].map((kind) =>
    gone('resource.k8s.io/v1alpha1', kind, '1.27', ''),
  ),
  ...[
    'ResourceClaim',
    'ResourceClaimTemplate',
    'ResourceSlice',
    'ResourceClass',
    'PodSchedulingContext',
    'ResourceClaimParameters',
    'ResourceClassParameters',
  ].map((kind) => gone('resource.k8s.io/v1alpha2', kind, '1.31', '')),
  gone('resource.k8s.io/v1alpha3', 'PodSchedulingContext', '1.32', ''),
  ...['ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice', 'DeviceClass'].map((kind) =>
    gone('resource.k8s.io/v1alpha3', kind, '1.34', 'resource.k8s.io/v1beta1'),
  ),
  gone('coordination.k8s.io/v1alpha1', 'LeaseCandidate', '1.32', 'coordination.k8s.io/v1alpha2'),
  gone(
    'storagemigration.k8s.io/v1alpha1',
    'StorageVersionMigration',
    '1.35',
    'storagemigration.k8s.io/v1beta1',
  ),
  gone('certificates.k8s.io/v1alpha1', 'PodCertificateRequest', '1.35', 'certificates.k8s.io/v1beta1'),
];

/** Sent to webhooks or by discovery, and no resource that anybody could request. */
const NO_RESOURCES = new Set(['AdmissionReview', 'ConversionReview', 'APIGroupDiscovery']);

interface Lifecycle {
  readonly api: string;
  readonly kind: string;
  readonly introduced: string;
  readonly deprecated: string;
  readonly removed: string;
  readonly replacement: string;
}

/** Every API of Kubernetes itself that was removed or has a release to go with; the newest release's word counts. */
export function apiRows(releases: readonly ReleaseSources[]): readonly ApiRow[] {
  const lifecycles = new Map<string, Lifecycle>();
  for (const release of releases) for (const one of lifecyclesOf(release)) lifecycles.set(keyOf(one), one);
  const rows = new Map(BEFORE.map((row) => [keyOf(row), row]));
  for (const { api, kind, deprecated, removed } of lifecycles.values()) {
    if (removed === '' || NO_RESOURCES.has(kind)) continue;
    rows.set(keyOf({ api, kind }), {
      ...{ api, kind, resource: pluralOf(kind), deprecatedIn: deprecated, removedIn: removed },
      ...replacementOf({ api, kind }, removed, lifecycles),
    });
  }
  for (const row of goneWithoutNotice(releases)) {
    const known = rows.get(keyOf(row));
    if (known?.removedIn !== row.removedIn) rows.set(keyOf(row), row);
  }
  return [...rows.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * What to use instead: what the source names, else the most stable other version; one that is there before the old one goes, if any.
 */
function replacementOf(
  { api, kind }: Pick<Lifecycle, 'api' | 'kind'>,
  removedIn: string,
  lifecycles: ReadonlyMap<string, Lifecycle>,
): Pick<ApiRow, 'replacement' | 'replacementSince'> {
  const named = lifecycles.get(keyOf({ api, kind }))?.replacement ?? '';
  const since = lifecycles.get(`${named} ${kind}`)?.introduced ?? '';
  if (named !== '' && isBefore(since, removedIn)) return { replacement: named, replacementSince: since };
  const others = [...lifecycles.values()]
    .filter((other) => other.kind === kind && groupOf(other.api) === groupOf(api))
    .filter((other) => stability(other.api) > stability(api))
    .filter((other) => other.removed === '' || isBefore(removedIn, other.removed))
    .toSorted((a, b) => stability(b.api) - stability(a.api));
  const best = others.find((other) => isBefore(other.introduced, removedIn)) ?? others[0];
  return { replacement: best?.api ?? named, replacementSince: best?.introduced ?? since };
}

/** An alpha may go without any notice: what one release serves with every API on and the next one does not. */
function goneWithoutNotice(releases: readonly ReleaseSources[]): readonly ApiRow[] {
  const served = releases.map((release) => ({ minor: release.minor, apis: servedApis(release) }));
  return served.slice(1).flatMap((after, index) => {
    const before = served[index]?.apis ?? new Map<string, ServedApi>();
    const lost = [...before.values()].filter((api) => !after.apis.has(keyOf(api)));
    return lost.map(({ api, kind, resource }) => {
      const others = [...after.apis.values()]
        .filter((other) => other.kind === kind && groupOf(other.api) === groupOf(api))
        .toSorted((a, b) => stability(b.api) - stability(a.api));
      const best = others.find((other) => before.has(keyOf(other))) ?? others[0];
      const isNew = best !== undefined && !before.has(keyOf(best));
      return {
        ...{ api, kind, resource, deprecatedIn: '', removedIn: after.minor },
        ...{ replacement: best?.api ?? '', replacementSince: isNew ? after.minor : '' },
      };
    });
  });
}

function lifecyclesOf(release: ReleaseSources): readonly Lifecycle[] {
  const files = [release.api, release.extensions, release.aggregator].flatMap((directory) =>
    globSync(`${directory}/**/zz_generated.prerelease-lifecycle.go`),
  );
  return files.flatMap((file) => {
    const group = groupNameIn(path.dirname(file));
    if (group === undefined) return [];
    const api = apiOf(group, path.basename(path.dirname(file)));
    return readLifecycles(readFileSync(file, 'utf8')).map((one) => ({ api, ...one }));
  });
}

/** Reads what prerelease-lifecycle-gen wrote. */
function readLifecycles(source: string): readonly Omit<Lifecycle, 'api'>[] {
  const method = /func \(in \*(\w+)\) APILifecycle(\w+)\(\)[^{]*\{\s*return ([^\n]*)/g;
  const returns = Map.groupBy([...source.matchAll(method)], ([, kind = '']) => kind);
  return [...returns]
    .filter(([kind]) => !kind.endsWith('List'))
    .map(([kind, found]) => {
      const answerOf = (name: string) => found.find(([, , method]) => method === name)?.[3] ?? '';
      const [, group = '', version = ''] =
        /Group: "([^"]*)", Version: "([^"]*)"/.exec(answerOf('Replacement')) ?? [];
      return {
        kind,
        introduced: minorIn(answerOf('Introduced')),
        deprecated: minorIn(answerOf('Deprecated')),
        removed: minorIn(answerOf('Removed')),
        replacement: version === '' ? '' : apiOf(group, version),
      };
    });
}

type ServedApi = Pick<ApiRow, 'api' | 'kind' | 'resource'>;

/** What a release serves with every API on: Kubernetes keeps its own discovery document in its repository. */
function servedApis(release: ReleaseSources): ReadonlyMap<string, ServedApi> {
  const file = path.join(release.kubernetes, 'api/discovery/aggregated_v2.json');
  const document = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly items: readonly {
      readonly metadata: { readonly name?: string };
      readonly versions: readonly {
        readonly version: string;
        readonly resources: readonly {
          readonly resource: string;
          readonly responseKind: { readonly kind: string };
        }[];
      }[];
    }[];
  };
  const rows = document.items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.map(({ resource, responseKind: { kind } }) => ({
        api: apiOf(metadata.name ?? '', version),
        kind,
        resource,
      })),
    ),
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function keyOf({ api, kind }: Pick<ApiRow, 'api' | 'kind'>): string {
  return `${api} ${kind}`;
}

function groupOf(api: string): string {
  return api.slice(0, Math.max(api.lastIndexOf('/'), 0));
}

/** Whether a minor such as `1.9` comes before another; one that is not known comes before all. */
function isBefore(minor: string, other: string): boolean {
  return Number(minor.split('.')[1] ?? 0) < Number(other.split('.')[1] ?? 0);
}

function stability(api: string): number {
  const [, major = '0', stage = 'ga', minor = '0'] = /\/v(\d+)(?:(alpha|beta)(\d+))?$/.exec(api) ?? [];
  return ['alpha', 'beta', 'ga'].indexOf(stage) * 1e4 + Number(major) * 100 + Number(minor);
}

/** The group that a package of types registers its kinds under. */
export function groupNameIn(directory: string): string | undefined {
  const files = [path.join(directory, 'register.go'), path.join(directory, '../register.go')].filter((file) =>
    existsSync(file),
  );
  return files
    .map((file) => /GroupName\s*=\s*"([^"]*)"/.exec(readFileSync(file, 'utf8'))?.[1])
    .find((name) => name !== undefined);
}

export function apiOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `1.25` of `1, 25`. */
function minorIn(returned: string): string {
  return /^\d+, \d+$/.test(returned) ? returned.replace(', ', '.') : '';
}

/** As Kubernetes guesses it (apimachinery pkg/api/meta, UnsafeGuessKindToResource). */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('parameters')) return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

function gone(api: string, kind: string, removedIn: string, replacement: string, deprecatedIn = ''): ApiRow {
  return { api, kind, resource: pluralOf(kind), deprecatedIn, removedIn, replacement, replacementSince: '' };
}
