import type { PodObservation } from '../../cluster/observation.ts';
import type { Labels, PodTerm } from '../../cluster/scheduling.ts';
import { selects } from '../../cluster/selector.ts';

/** Pods of one namespace with equal labels: a selector takes all of them or none. */
export interface PeerGroup {
  readonly namespace: string;
  readonly labels: Labels;
  readonly pods: readonly PodObservation[];
}

/** Finds pods by selector without looking at every one. */
export interface Peers {
  /** Groups that a term means. */
  matching(term: Pick<PodTerm, 'namespaces' | 'selector'>): readonly PeerGroup[];
  /** Terms of required anti-affinity of other pods that this pod would offend against, each with the pods that have it. */
  repelling(pod: PodObservation): readonly Repulsion[];
}

export interface Repulsion {
  readonly term: PodTerm;
  readonly pods: readonly PodObservation[];
}

/** @param pods pods that are bound to a node and neither done nor on their way out */
export function openPeers(pods: readonly PodObservation[]): Peers {
  const groups = groupPods(pods);
  const byNamespace = Map.groupBy(groups, ({ namespace }) => namespace);
  const byPair = indexOf(groups, ({ namespace, labels }) =>
    Object.entries(labels).map(([key, value]) => `${namespace} ${key}=${value}`),
  );
  const repulsions = gatherRepulsions(groups);
  const byRepulsedNamespace = indexOf(repulsions, ({ term }) => term.namespaces ?? ['']);
  const found = new Map<string, readonly Repulsion[]>();

  const candidates = (namespace: string, { selector }: Pick<PodTerm, 'selector'>): readonly PeerGroup[] => {
    const [pair] = Object.entries(selector.matchLabels ?? {});
    if (pair === undefined) return byNamespace.get(namespace) ?? [];
    return byPair.get(`${namespace} ${pair[0]}=${pair[1]}`) ?? [];
  };

  return {
    matching: (term) =>
      (term.namespaces ?? [...byNamespace.keys()]).flatMap((namespace) =>
        candidates(namespace, term).filter(({ labels }) => selects(term.selector, labels)),
      ),
    repelling({ namespace, labels }) {
      const key = groupKey(namespace, labels);
      const before = found.get(key);
      if (before !== undefined) return before;
      const all = [...(byRepulsedNamespace.get(namespace) ?? []), ...(byRepulsedNamespace.get('') ?? [])];
      const own = all.filter(({ term }) => selects(term.selector, labels));
      found.set(key, own);
      return own;
    },
  };
}

const termKeys = new WeakMap<PodTerm, string>();

/** Equal for equal terms. */
export function termKey(term: PodTerm): string {
  let key = termKeys.get(term);
  if (key === undefined) {
    key = JSON.stringify(term);
    termKeys.set(term, key);
  }
  return key;
}

const keys = new WeakMap<Labels, string>();

/** Labels are shared between pods, so that their text is made once. */
function groupKey(namespace: string, labels: Labels): string {
  let text = keys.get(labels);
  if (text === undefined) {
    text = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    keys.set(labels, text);
  }
  return `${namespace} ${text}`;
}

function groupPods(pods: readonly PodObservation[]): readonly PeerGroup[] {
  const grouped = Map.groupBy(pods, ({ namespace, labels }) => groupKey(namespace, labels));
  return [...grouped.values()].map((same) => ({
    namespace: same[0]?.namespace ?? '',
    labels: same[0]?.labels ?? {},
    pods: same,
  }));
}

function gatherRepulsions(groups: readonly PeerGroup[]): readonly Repulsion[] {
  const byTerm = new Map<string, { readonly term: PodTerm; readonly pods: PodObservation[] }>();
  for (const { pods } of groups) {
    for (const pod of pods) {
      for (const term of pod.demand.antiAffinity) {
        const key = termKey(term);
        const entry = byTerm.get(key) ?? { term, pods: [] };
        entry.pods.push(pod);
        byTerm.set(key, entry);
      }
    }
  }
  return [...byTerm.values()];
}

function indexOf<T>(
  all: readonly T[],
  keysOf: (one: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const index = new Map<string, T[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const list = index.get(key);
      if (list === undefined) index.set(key, [one]);
      else list.push(one);
    }
  }
  return index;
}
