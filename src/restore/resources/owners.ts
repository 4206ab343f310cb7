import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { collectionPath, type KindName, type OwnerReference, objectPath, type RawObject } from './object.ts';

/** Where every restored object's UID leads to now. */
export type Uids = Map<string, string>;

/** Owner references with today's UIDs; undefined while one of them is not known. */
export function relinked(
  owners: readonly OwnerReference[],
  uids: Uids,
): readonly OwnerReference[] | undefined {
  const now = owners.map((owner) => ({ ...owner, uid: uids.get(owner.uid) ?? '' }));
  return now.every(({ uid }) => uid !== '') ? now : undefined;
}

/** An object that was created before its owners. */
export interface Orphan {
  readonly kind: KindName;
  readonly object: RawObject;
  readonly owners: readonly OwnerReference[];
}

/**
 * Gives an orphan back to its owners. One that is in the cluster under its old name, though it was not restored, is taken; one
 * that is not there is left out, since the garbage collector would delete what points at it.
 * @returns the owners that are not there
 */
export async function adopt(
  { kind, object, owners }: Orphan,
  uids: Uids,
  kinds: readonly KindName[],
  kube: Kube,
  signal: AbortSignal,
): Promise<readonly OwnerReference[]> {
  const found: OwnerReference[] = [];
  const missing: OwnerReference[] = [];
  for (const owner of owners) {
    const uid = uids.get(owner.uid) ?? (await liveUid(owner, object, kinds, kube, signal));
    if (uid === undefined) missing.push(owner);
    else found.push({ ...owner, uid });
  }
  if (found.length > 0) {
    const body = { metadata: { ownerReferences: found } };
    await kube.request({ method: 'PATCH', path: objectPath(kind, object), body, signal, retries: 4 });
  }
  return missing;
}

async function liveUid(
  owner: OwnerReference,
  { metadata }: RawObject,
  kinds: readonly KindName[],
  kube: Kube,
  signal: AbortSignal,
): Promise<string | undefined> {
  const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '';
  const kind = kinds.find((one) => one.group === group && one.kind === owner.kind);
  if (kind === undefined) return undefined;
  const path = `${collectionPath(kind, metadata.namespace)}/${encodeURIComponent(owner.name)}`;
  try {
    return ((await kube.request({ path, signal })) as RawObject).metadata.uid;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
    throw thrown;
  }
}
