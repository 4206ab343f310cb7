import pLimit from 'p-limit';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import type { ListableKind } from './discover.ts';
import { NAMESPACES, type Peek, peekAt } from './list-pages.ts';

/** How a kind can be cut: at the backup's one resource version, or only at one of its own. */
export type KindSurvey =
  | {
      readonly kind: ListableKind;
      readonly cut: 'exact' | 'own';
      /** How many objects there are, about. */
      readonly objects: number;
    }
  | { readonly kind: ListableKind; readonly cut: 'none'; readonly reason: string };

/** Each is one small answer. */
const CONCURRENCY = 8;

/**
 * Finds out which kinds share the cluster's revision. An aggregated API, or events in an etcd of their own
 * (`--etcd-servers-overrides`), count revisions of their own, and could answer a list at another's number with the state of some
 * other time. So each kind is asked for its version between two readings of the main one: what lies outside is another count.
 */
export async function surveyKinds(
  kube: Kube,
  kinds: readonly ListableKind[],
  signal: AbortSignal,
): Promise<readonly KindSurvey[]> {
  const limit = pLimit(CONCURRENCY);
  const before = await peekAt(kube, NAMESPACES, signal);
  const peeks = await limit.map(kinds, async (kind) => ({
    kind,
    peek: await peekOrRefusal(kube, kind, signal),
  }));
  const after = await peekAt(kube, NAMESPACES, signal);
  return peeks.map(({ kind, peek }) => {
    if (peek instanceof Error) return { kind, cut: 'none', reason: peek.message };
    const exact = isBetween(before.resourceVersion, peek.resourceVersion, after.resourceVersion);
    return { kind, cut: exact ? 'exact' : 'own', objects: peek.more + 1 };
  });
}

async function peekOrRefusal(kube: Kube, kind: ListableKind, signal: AbortSignal): Promise<Peek | Error> {
  try {
    return await peekAt(kube, kind, signal);
  } catch (error) {
    if (error instanceof KubeStatusError) return error;
    throw error;
  }
}

function isBetween(before: string, version: string, after: string): boolean {
  if (!/^[0-9]+$/.test(version)) return false;
  return BigInt(before) <= BigInt(version) && BigInt(version) <= BigInt(after);
}
