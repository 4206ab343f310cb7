import type { Evidence, HelmRelease } from '../cluster/evidence.ts';
import { PLAN_GRANTS } from '../cluster/grants.ts';
import { unknown } from '../cluster/known.ts';
import type { Kube } from '../ports/kube.ts';
import { attempt } from './attempt.ts';
import { usesInRelease } from './helm-release.ts';
import { pages } from './pages.ts';

/** A Secret or ConfigMap that Helm keeps a revision in. Source: helm.sh/helm pkg/storage/driver/secrets.go and cfgmaps.go. */
interface StoredRevision {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** Where Helm keeps releases: in Secrets unless HELM_DRIVER says otherwise. */
interface Driver {
  readonly resource: 'secrets' | 'configmaps';
  readonly grant: (typeof PLAN_GRANTS)['secrets' | 'configMaps'];
  /** The release out of the object's data, as Helm wrote it. */
  readonly decode: (value: string) => string;
}

const DRIVERS: readonly Driver[] = [
  {
    resource: 'secrets',
    grant: PLAN_GRANTS.secrets,
    decode: (value) => Buffer.from(value, 'base64').toString('latin1'),
  },
  { resource: 'configmaps', grant: PLAN_GRANTS.configMaps, decode: (value) => value },
];

/** Each may have 1 MiB. */
const PAGE = 20;

/**
 * The newest revision of every release: what `helm upgrade` starts from. Older ones are of no account, and those that are marked as
 * superseded are not even asked for.
 */
export async function observeHelm(kube: Kube, signal?: AbortSignal): Promise<Evidence['releases']> {
  const found: Evidence['releases'][number][] = [];
  for (const { resource, grant, decode } of DRIVERS) {
    const read = await attempt(() => newestReleases(kube, resource, decode, signal), { signal, grant });
    found.push({ resource, found: read });
  }
  return found;
}

async function newestReleases(
  kube: Kube,
  resource: Driver['resource'],
  decode: Driver['decode'],
  signal?: AbortSignal,
): Promise<readonly HelmRelease[]> {
  const newest = new Map<string, HelmRelease & { readonly uninstalled: boolean }>();
  const query = { labelSelector: 'owner=helm,status!=superseded' };
  const revisions = pages<StoredRevision>(kube, `/api/v1/${resource}`, { query, limit: PAGE, signal });
  for await (const { metadata, data } of revisions) {
    const { name, version, status } = metadata.labels ?? {};
    const revision = Number(version ?? Number.NaN);
    if (name === undefined || !Number.isInteger(revision)) continue;
    const key = `${metadata.namespace}/${name}`;
    if ((newest.get(key)?.revision ?? -1) >= revision) continue;
    const encoded = data?.release;
    newest.set(key, {
      ...{ namespace: metadata.namespace ?? '', name, revision, uninstalled: status === 'uninstalled' },
      objects:
        encoded === undefined
          ? unknown('it is empty')
          : await attempt(async () => usesInRelease(decode(encoded))),
    });
  }
  return [...newest]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { uninstalled, ...release }]) => (uninstalled ? [] : [release]));
}
