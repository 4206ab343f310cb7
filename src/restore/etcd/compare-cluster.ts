import pLimit from 'p-limit';
import { z } from 'zod';
import type { Manifest, ResourcePart } from '../../backup/manifest.ts';
import type { BackupSource } from '../../backup/unseal.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { readObjects } from '../resources/read-objects.ts';
import { type Comparison, compareKind, type Judge, type KindComparison, type Mark } from './compare.ts';

const CONCURRENCY = 4;
const PAGE_OBJECTS = 500;
/** Metadata alone where the server can, so that comparing a cluster does not mean fetching it. */
const METADATA_ONLY =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;q=0.9';

const object = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
});
const list = z.object({
  metadata: z.object({ continue: z.string().optional() }).optional(),
  items: z.array(object).nullish(),
});

/**
 * Compares every object of a backup's export, kind by kind, with the cluster as it is. Kinds that have versions of their own
 * (aggregated APIs) tell nothing about etcd and are left out.
 * @throws KubestairError of the store and of sealed parts, KUBE_UNREACHABLE
 */
export async function compareWithCluster(
  { resources }: Manifest,
  source: BackupSource,
  kube: Kube,
  judge: Judge,
  signal: AbortSignal,
): Promise<Comparison> {
  const limit = pLimit(CONCURRENCY);
  const comparable = resources.filter(
    ({ part, consistency }) => part !== undefined && consistency === 'exact',
  );
  const results = await limit.map(comparable, (kind) => compareOne(kind, source, kube, judge, signal));
  return {
    kinds: results.flatMap((result) => ('same' in result ? [result] : [])),
    skipped: results.flatMap((result) => ('reason' in result ? [result] : [])),
  };
}

type Skipped = Comparison['skipped'][number];

async function compareOne(
  kind: ResourcePart,
  source: BackupSource,
  kube: Kube,
  judge: Judge,
  signal: AbortSignal,
): Promise<KindComparison | Skipped> {
  signal.throwIfAborted();
  const resource = kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;
  try {
    const live = await liveMarks(kind, kube, signal);
    return compareKind(resource, await exportedMarks(kind, source, signal), live, judge);
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError)) throw thrown;
    return { resource, reason: `${thrown.status} ${thrown.reason}: ${thrown.message}` };
  }
}

async function exportedMarks(
  { part }: ResourcePart,
  source: BackupSource,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Mark>> {
  const marks = new Map<string, Mark>();
  if (part === undefined) return marks;
  for await (const exported of readObjects(part, source, signal)) add(marks, object.parse(exported));
  return marks;
}

async function liveMarks(
  { group, version, resource }: ResourcePart,
  kube: Kube,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Mark>> {
  const root = group === '' ? '/api' : `/apis/${group}`;
  const marks = new Map<string, Mark>();
  let token = '';
  do {
    const query = new URLSearchParams({ limit: String(PAGE_OBJECTS), ...(token && { continue: token }) });
    const path = `${root}/${version}/${resource}?${query}`;
    const page = list.parse(await kube.request({ path, accept: METADATA_ONLY, signal }));
    for (const item of page.items ?? []) add(marks, item);
    token = page.metadata?.continue ?? '';
  } while (token !== '');
  return marks;
}

function add(marks: Map<string, Mark>, { metadata }: z.infer<typeof object>): void {
  const { namespace, name, uid = '', resourceVersion = '' } = metadata;
  marks.set(namespace === undefined ? name : `${namespace}/${name}`, { uid, resourceVersion });
}
