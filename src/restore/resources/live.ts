import { listAll } from '../../cluster/api.ts';
import { KubestairError } from '../../errors.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { digestOf } from './compare.ts';
import { collectionPath, type KindName, keyOf, type RawObject } from './object.ts';

/** What is kept of an object that is there: enough to compare it, and to point others at it. */
export interface LiveObject {
  readonly uid: string;
  readonly digest: string;
}

/**
 * The objects of a kind that are there now, by namespace and name. A kind that is not served has none yet.
 * @param namespaces to look in; empty for all
 * @throws KubestairError KUBE_REQUEST
 */
export async function readLive(
  kube: Kube,
  kind: KindName,
  namespaces: readonly string[],
  custom: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LiveObject>> {
  const live = new Map<string, LiveObject>();
  const places = kind.namespaced && namespaces.length > 0 ? namespaces : [undefined];
  for (const namespace of places) {
    try {
      for await (const object of listAll<RawObject>(kube, collectionPath(kind, namespace), signal)) {
        const uid = object.metadata.uid ?? '';
        live.set(keyOf(object), { uid, digest: digestOf(kind, object, custom) });
      }
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }
  return live;
}

function isNotFound(thrown: unknown): boolean {
  const cause = thrown instanceof KubestairError ? thrown.cause : thrown;
  return cause instanceof KubeStatusError && cause.status === 404;
}
