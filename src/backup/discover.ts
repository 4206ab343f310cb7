import { z } from 'zod';
import { KubestairError } from '../errors.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';

/** Something that can be listed; what a ResourcePart says about itself before it was exported. */
export interface ListableKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A group version whose resources could not be learnt: its objects cannot be backed up. */
export interface DiscoveryGap {
  readonly group: string;
  readonly version: string;
  readonly reason: string;
}

export interface Discovery {
  readonly kinds: readonly ListableKind[];
  readonly gaps: readonly DiscoveryGap[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList; served since Kubernetes 1.30. */
const groupList = z.object({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string().optional() }).optional(),
        versions: z
          .array(
            z.object({
              version: z.string(),
              freshness: z.string().optional(),
              resources: z
                .array(
                  z.object({
                    resource: z.string(),
                    responseKind: z.object({ kind: z.string() }).nullish(),
                    scope: z.string(),
                    verbs: z.array(z.string()),
                  }),
                )
                .nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

const apiServices = z.object({
  items: z.array(
    z.object({
      spec: z.object({
        group: z.string().optional(),
        version: z.string().optional(),
        service: z.unknown().optional(),
      }),
      status: z
        .object({
          conditions: z
            .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
            .nullish(),
        })
        .optional(),
    }),
  ),
});

type GroupVersion = NonNullable<NonNullable<z.infer<typeof groupList>['items']>[number]['versions']>[number];

/**
 * Finds every kind that can be listed, each group's resource once, in the group's preferred version that serves it. A group
 * version behind a dead aggregated API is a gap, never dropped silently (velero#6929).
 * @throws KubeStatusError, KubestairError KUBE_REQUEST
 */
export async function discover(kube: Kube, signal: AbortSignal): Promise<Discovery> {
  const [core, named, unavailable] = await Promise.all([
    readGroups(kube, '/api', signal),
    readGroups(kube, '/apis', signal),
    unavailableServices(kube, signal),
  ]);
  const versions = [...core, ...named];
  const kinds = new Map<string, ListableKind>();
  for (const { group, version } of versions) {
    for (const kind of listableKinds(group, version)) {
      const key = `${kind.group}/${kind.resource}`;
      if (!kinds.has(key)) kinds.set(key, kind);
    }
  }
  const stale = versions
    .filter(({ version }) => version.freshness === 'Stale')
    .map(({ group, version }) => ({
      group,
      version: version.version,
      reason: 'the API server has no current discovery document of it',
    }));
  return {
    kinds: [...kinds.values()].sort(byGroupAndResource),
    gaps: uniqueGaps([...unavailable, ...stale]),
  };
}

function listableKinds(group: string, version: GroupVersion): readonly ListableKind[] {
  return (version.resources ?? [])
    .filter((resource) => resource.verbs.includes('list'))
    .map((resource) => ({
      group,
      version: version.version,
      resource: resource.resource,
      kind: resource.responseKind?.kind ?? resource.resource,
      namespaced: resource.scope === 'Namespaced',
    }));
}

async function readGroups(
  kube: Kube,
  path: '/api' | '/apis',
  signal: AbortSignal,
): Promise<readonly { readonly group: string; readonly version: GroupVersion }[]> {
  const answer = groupList.safeParse(await kube.request({ path, accept: AGGREGATED, signal }));
  if (!answer.success) {
    throw new KubestairError('KUBE_REQUEST', `${path} answered with no aggregated discovery document`, {
      object: kube.server,
      next: 'Kubernetes serves it since 1.30: check that nothing between here and the API server strips the Accept header.',
      cause: answer.error,
    });
  }
  return (answer.data.items ?? []).flatMap((item) =>
    (item.versions ?? []).map((version) => ({ group: item.metadata?.name ?? '', version })),
  );
}

/** Aggregated APIs whose server does not answer; discovery may still show them as they once were. */
async function unavailableServices(kube: Kube, signal: AbortSignal): Promise<readonly DiscoveryGap[]> {
  const answer = await readApiServices(kube, signal);
  return apiServices.parse(answer).items.flatMap(({ spec, status }) => {
    if (spec.service === undefined || spec.service === null) return [];
    const available = status?.conditions?.find((condition) => condition.type === 'Available');
    if (available?.status === 'True') return [];
    const reason = `its aggregated API is not available: ${available?.message ?? 'no condition says that it is'}`;
    return [{ group: spec.group ?? '', version: spec.version ?? '', reason }];
  });
}

async function readApiServices(kube: Kube, signal: AbortSignal): Promise<unknown> {
  try {
    return await kube.request({ path: '/apis/apiregistration.k8s.io/v1/apiservices', signal });
  } catch (error) {
    // The export lists this kind too and will say that it could not.
    if (error instanceof KubeStatusError) return { items: [] };
    throw error;
  }
}

function uniqueGaps(gaps: readonly DiscoveryGap[]): readonly DiscoveryGap[] {
  const byName = new Map<string, DiscoveryGap>();
  for (const gap of gaps) {
    const key = `${gap.group}/${gap.version}`;
    if (!byName.has(key)) byName.set(key, gap);
  }
  return [...byName.values()];
}

function byGroupAndResource(a: ListableKind, b: ListableKind): number {
  return compare(a.group, b.group) || compare(a.resource, b.resource);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
