import { z } from 'zod';
import { listPages } from '../backup/list-pages.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import type { Kube } from '../ports/kube.ts';
import { linesOf } from './lines.ts';

/** What a CustomResourceDefinition says of how its objects can be read. */
export interface CustomKind {
  /** `stairs.demo.kubestair.dev`. */
  readonly name: string;
  readonly storageVersion: string;
  /** Versions that objects may lie in etcd in. */
  readonly storedVersions: readonly string[];
  /** Whether other versions than the stored one come out of a webhook. */
  readonly webhook: boolean;
  /** Why its API server does not serve it, as its conditions say. */
  readonly refused?: string;
}

const DEFINITIONS = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

const definition = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    conversion: z.object({ strategy: z.string() }).optional(),
    versions: z.array(z.object({ name: z.string(), storage: z.boolean() })),
  }),
  status: z
    .object({
      storedVersions: z.array(z.string()).nullish(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .nullish(),
    })
    .optional(),
});

/** The custom kinds at a revision, or as they are now. */
export async function readCustomKinds(
  kube: Kube,
  resourceVersion: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CustomKind>> {
  const kinds = new Map<string, CustomKind>();
  const pages = listPages(kube, DEFINITIONS, resourceVersion, () => {}, signal);
  for await (const line of linesOf(pages)) {
    const kind = customKind(definition.parse(JSON.parse(line.toString())));
    kinds.set(kind.name, kind);
  }
  return kinds;
}

/** Names of the CustomResourceDefinitions that were made, changed or deleted after a revision. */
export async function definitionsChangedAfter(
  keys: EtcdKeys,
  prefix: string,
  revision: bigint,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const folder = `${prefix}/${DEFINITIONS.group}/${DEFINITIONS.resource}/`;
  const revisionsAt = async (at: bigint): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for await (const page of keys.keysAt(folder, at, signal))
      for (const { key, modRevision } of page) found.set(key.slice(folder.length), modRevision);
    return found;
  };
  const [then, now] = [await revisionsAt(revision), await revisionsAt(0n)];
  return new Set([...then.keys(), ...now.keys()].filter((name) => then.get(name) !== now.get(name)));
}

function customKind({ metadata, spec, status }: z.infer<typeof definition>): CustomKind {
  const storageVersion = spec.versions.find(({ storage }) => storage)?.name ?? '';
  const refusing = status?.conditions?.find(
    ({ type, status: state }) => ['Established', 'NamesAccepted'].includes(type) && state !== 'True',
  );
  return {
    name: metadata.name,
    storageVersion,
    storedVersions: status?.storedVersions ?? [storageVersion],
    webhook: spec.conversion?.strategy === 'Webhook',
    ...(refusing !== undefined && {
      refused: refusing.message ?? `its condition ${refusing.type} is not True`,
    }),
  };
}
