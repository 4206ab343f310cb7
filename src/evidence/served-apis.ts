import { z } from 'zod';
import type { Kube } from '../ports/kube.ts';
import { type DeprecatedApi, deprecatedResource } from '../tables/apis.ts';

/** An API version with a release to go with that the cluster serves. */
export interface ServedApi extends DeprecatedApi {
  /** Whether the group prefers this version for the resource. */
  readonly preferred: boolean;
  /** Path of the list over all namespaces, in the preferred version. */
  readonly listPath: string;
  readonly listable: boolean;
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** apidiscovery.k8s.io/v2; versions of a group come with the preferred one first. */
const groupList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().optional() }).optional(),
      versions: z
        .array(
          z.object({
            version: z.string(),
            resources: z
              .array(z.object({ resource: z.string(), verbs: z.array(z.string()).nullish() }))
              .nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

/** kube-aggregator marks what it was born with by `onstart`, and what came by a CustomResourceDefinition by `true`. */
const apiServiceList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }),
      spec: z.object({ group: z.string().nullish(), version: z.string().nullish() }),
    }),
  ),
});

const BUILT_IN = 'kube-aggregator.kubernetes.io/automanaged';

/**
 * What Kubernetes itself serves of the APIs that have a release to go with. Groups of others that end in `.k8s.io` are none of
 * its own (kubepug#386), and what is not served cannot be in use.
 * @throws KubeStatusError, KubestairError
 */
export async function servedApis(kube: Kube, signal?: AbortSignal): Promise<readonly ServedApi[]> {
  const [groups, services] = await Promise.all([
    kube.request({ path: '/apis', accept: AGGREGATED, signal }),
    kube.request({ path: '/apis/apiregistration.k8s.io/v1/apiservices', signal }),
  ]);
  return findServed(groups, services);
}

/** The same out of the answers. */
export function findServed(groups: unknown, services: unknown): readonly ServedApi[] {
  const builtIn = new Set(
    apiServiceList
      .parse(services)
      .items.filter(({ metadata }) => metadata.labels?.[BUILT_IN] === 'onstart')
      .map(({ spec }) => `${spec.group ?? ''}/${spec.version ?? ''}`),
  );
  return groupList.parse(groups).items.flatMap(({ metadata, versions }) => {
    const preferred = new Map<string, string>();
    return (versions ?? []).flatMap(({ version, resources }) => {
      const api = `${metadata?.name ?? ''}/${version}`;
      return (resources ?? []).flatMap(({ resource, verbs }) => {
        if (!preferred.has(resource)) preferred.set(resource, api);
        const entry = deprecatedResource(api, resource);
        if (entry === undefined || !builtIn.has(api)) return [];
        const chosen = preferred.get(resource) ?? api;
        const listable = verbs?.includes('list') ?? false;
        return [{ ...entry, preferred: chosen === api, listPath: `/apis/${chosen}/${resource}`, listable }];
      });
    });
  });
}
