import { isDeepStrictEqual } from 'node:util';
import type { ResourcePart } from '../../../src/backup/manifest.ts';
import { kubectl } from '../kubectl.ts';
import { waitFor } from '../wait.ts';
import { exportedObjects, type Json, listPath, type TakenBackup } from './exported.ts';
import type { TestLab } from './test-lab.ts';

interface Meta {
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Kinds that live by being written: their objects come, go and change as soon as kubelets and controllers run. */
const RESTLESS = new Set([
  'events',
  'leases',
  'endpoints',
  'endpointslices',
  'csinodes',
  'componentstatuses',
]);

/** Kinds whose status follows the pods and nodes, and only that. */
const OF_STATUS = new Set([
  'nodes',
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'poddisruptionbudgets',
  'apiservices',
  'flowschemas',
  'prioritylevelconfigurations',
]);

export interface Compared {
  /** Same in every field, resource version and UID included. */
  readonly same: number;
  /** Same but for the status, which was written after the restore. */
  readonly status: readonly string[];
  /** Written by the load between export and snapshot. */
  readonly ofTheSnapshot: readonly string[];
  /** Pods that kubelets had ended, and those that took their place, with their phases. */
  readonly replaced: readonly string[];
  /** What a restore must not change. */
  readonly wrong: readonly string[];
}

export interface Expected {
  readonly backup: TakenBackup;
  /** Resource versions above it were written after the restore. */
  readonly writtenAfter: string;
  /** Namespace that a writer changed while the backup was taken. */
  readonly underLoad: string;
  /** Beginning of `namespace/name` of pods that were deleted after the backup: a pod that ended never runs again. */
  readonly ended: string;
}

/** Compares every object of the cluster with the export of a backup, but for what a restore of etcd has to change. */
export async function compareRestored(lab: TestLab, expected: Expected): Promise<Compared> {
  const { manifest, folder } = expected.backup;
  const compared = {
    same: 0,
    status: [] as string[],
    ofTheSnapshot: [] as string[],
    replaced: [] as string[],
    wrong: [] as string[],
  };
  for (const part of manifest.resources) {
    if (RESTLESS.has(part.resource) || part.consistency !== 'exact') continue;
    const exported = byName(await exportedObjects(folder, part));
    const live = byName(await listed(lab, part));
    for (const name of new Set([...exported.keys(), ...live.keys()])) {
      const called = `${part.group === '' ? part.resource : `${part.resource}.${part.group}`} ${name}`;
      const then = exported.get(name);
      const now = live.get(name);
      if (part.resource === 'pods' && name.startsWith(expected.ended)) {
        compared.replaced.push(`${name} ${(now?.['status'] as Json | undefined)?.['phase'] ?? 'gone'}`);
        continue;
      }
      const found = standing(part, then, now, expected);
      if (found === 'same') compared.same += 1;
      else compared[found].push(called);
    }
  }
  return compared;
}

function standing(
  { resource }: ResourcePart,
  then: Json | undefined,
  now: Json | undefined,
  { backup, writtenAfter, underLoad }: Expected,
): keyof Omit<Compared, 'replaced'> {
  if (then === undefined || now === undefined) return 'wrong';
  if (isDeepStrictEqual(then, now)) return 'same';
  const { namespace, resourceVersion, uid } = metaOf(now);
  if (BigInt(resourceVersion) > BigInt(writtenAfter)) {
    const isStatus = OF_STATUS.has(resource) && isDeepStrictEqual(withoutStatus(then), withoutStatus(now));
    return isStatus ? 'status' : 'wrong';
  }
  const isLater = BigInt(resourceVersion) > BigInt(backup.manifest.resourceVersion);
  return isLater && namespace === underLoad && uid === metaOf(then).uid ? 'ofTheSnapshot' : 'wrong';
}

async function listed({ state }: TestLab, part: ResourcePart): Promise<readonly Json[]> {
  const read = () => kubectl(state, ['get', '--raw', listPath(part)]);
  // A load balancer on a busy machine drops a connection now and then.
  const text = await waitFor(`the list of ${part.resource}`, read, { timeoutMs: 60_000, everyMs: 2000 });
  return (JSON.parse(text) as { items: Json[] }).items;
}

function byName(items: readonly Json[]): ReadonlyMap<string, Json> {
  return new Map(items.map((item) => [`${metaOf(item).namespace ?? ''}/${metaOf(item).name}`, item]));
}

function metaOf(object: Json): Meta {
  return (object['metadata'] ?? {}) as unknown as Meta;
}

function withoutStatus({ status: _status, metadata, ...object }: Json): Json {
  const { resourceVersion: _version, managedFields: _fields, ...meta } = metadata as Json;
  const annotations = metaOf({ metadata }).annotations ?? {};
  if (annotations['kubernetes.io/config.mirror'] === undefined) return { ...object, metadata: meta };
  // Kubelets make the pods that stand for static pods anew once those were stopped; the manifest has to be the same.
  return { manifest: annotations['kubernetes.io/config.hash'] };
}
