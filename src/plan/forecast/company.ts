import { repellingTaint } from '../../cluster/node-fit.ts';
import type { PodObservation } from '../../cluster/observation.ts';
import type { PodDemand, PodTerm, SpreadConstraint } from '../../cluster/scheduling.ts';
import { selects } from '../../cluster/selector.ts';
import type { Board } from './board.ts';
import { countAll, countAt, countDomains, type DomainCounts, fewest } from './domains.ts';
import { type Counted, type Move, meansPod, shiftOf } from './move.ts';
import { type Repulsion, termKey } from './peers.ts';

/** Why a pod may not go to a node; undefined where it may. */
export type Rule = (node: number) => string | undefined;

/** What other pods have to do with where a pod may go. */
export interface Company {
  /** The rules for one pod of a move, as it stands now. */
  rulesOf(pod: PodObservation, move: Move): readonly Rule[];
}

/**
 * Required pod affinity and anti-affinity, both ways, and topology spread constraints.
 * Source: kube-scheduler v1.36, plugins/interpodaffinity/filtering.go and plugins/podtopologyspread/filtering.go.
 */
export function openCompany(board: Board): Company {
  const counts = openCounts(board);
  return {
    rulesOf(pod, move) {
      const { antiAffinity, affinity, spread } = pod.demand;
      return [
        ...antiAffinity.map((term) => apart(board, counts.ofTerms([term], term.topologyKey), term, move)),
        ...board.peers
          .repelling(pod)
          .map((repulsion) => repelled(board, counts.ofRepulsion(repulsion), repulsion, move)),
        ...(affinity.length === 0 ? [] : [together(board, counts, pod, move)]),
        ...spread.map((constraint) => evenly(board, counts.ofSpread(pod, constraint), constraint, pod, move)),
      ];
    },
  };
}

function apart(board: Board, counts: DomainCounts, term: PodTerm, move: Move): Rule {
  const shift = shiftOf(move, board, term.topologyKey, (pod) => meansPod(term, pod));
  return (node) => {
    const domain = domainOf(board, node, term.topologyKey);
    return domain !== undefined && countAt(counts, shift, domain) > 0
      ? `pods that it keeps apart from (${term.topologyKey})`
      : undefined;
  };
}

function repelled(board: Board, counts: DomainCounts, { term }: Repulsion, move: Move): Rule {
  const key = termKey(term);
  const shift = shiftOf(move, board, term.topologyKey, ({ demand }) =>
    demand.antiAffinity.some((own) => termKey(own) === key),
  );
  return (node) => {
    const domain = domainOf(board, node, term.topologyKey);
    return domain !== undefined && countAt(counts, shift, domain) > 0
      ? `pods that keep apart from it (${term.topologyKey})`
      : undefined;
  };
}

/** All terms at once: the pods that count are those that every term means. */
function together(board: Board, counts: Counts, pod: PodObservation, move: Move): Rule {
  const terms = pod.demand.affinity;
  const meant: Counted = (other) => terms.every((term) => meansPod(term, other));
  const wanted = terms.map(({ topologyKey }) => ({
    topologyKey,
    counts: counts.ofTerms(terms, topologyKey),
    shift: shiftOf(move, board, topologyKey, meant),
  }));
  // The first pod of a group that wants its own company may go anywhere.
  const first = meant(pod) && wanted.every((one) => countAll(one.counts, one.shift) === 0);
  return (node) => {
    const lonely = wanted.find(({ topologyKey, counts: known, shift }) => {
      const domain = domainOf(board, node, topologyKey);
      return domain === undefined || (!first && countAt(known, shift, domain) === 0);
    });
    return lonely === undefined ? undefined : `no pods that it has to be with (${lonely.topologyKey})`;
  };
}

function evenly(
  board: Board,
  counts: DomainCounts,
  { topologyKey, selector, maxSkew, minDomains, honorTaints }: SpreadConstraint,
  pod: PodObservation,
  move: Move,
): Rule {
  const shift = shiftOf(
    move,
    board,
    topologyKey,
    (other) => other.namespace === pod.namespace && selects(selector, other.labels),
  );
  // The cordon is a taint: only where taints are honoured do the emptied nodes stop to count.
  const gone =
    honorTaints && topologyKey === 'kubernetes.io/hostname'
      ? [...move.from].flatMap((node) => domainOf(board, node, topologyKey) ?? [])
      : [];
  const least = counts.domains.size < minDomains ? 0 : fewest(counts, shift, gone);
  const own = selects(selector, pod.labels) ? 1 : 0;
  return (node) => {
    const domain = domainOf(board, node, topologyKey);
    return domain !== undefined && countAt(counts, shift, domain) + own - least <= maxSkew
      ? undefined
      : `its topology spread (${topologyKey}, maxSkew ${maxSkew})`;
  };
}

interface Counts {
  ofTerms(terms: readonly PodTerm[], topologyKey: string): DomainCounts;
  ofRepulsion(repulsion: Repulsion): DomainCounts;
  ofSpread(pod: PodObservation, constraint: SpreadConstraint): DomainCounts;
}

/** Counts before any move, each made once. */
function openCounts(board: Board): Counts {
  const made = new Map<string, DomainCounts>();
  const ofRepulsions = new Map<Repulsion, DomainCounts>();
  const eligible = openEligible(board);
  const once = (key: string, make: () => DomainCounts): DomainCounts => {
    const before = made.get(key) ?? make();
    made.set(key, before);
    return before;
  };
  const domainsOf = (pods: readonly PodObservation[], topologyKey: string): readonly string[] =>
    pods.flatMap(({ node }) => domainOf(board, board.numbers.get(node), topologyKey) ?? []);

  return {
    ofTerms: (terms, topologyKey) =>
      once(JSON.stringify([terms, topologyKey]), () => {
        const [first, ...others] = terms;
        const groups = first === undefined ? [] : board.peers.matching(first);
        const domains = groups
          .filter(({ pods: [pod] }) => pod !== undefined && others.every((term) => meansPod(term, pod)))
          .flatMap(({ pods }) => domainsOf(pods, topologyKey));
        return countDomains(new Set(domains), domains);
      }),
    ofRepulsion(repulsion) {
      const before = ofRepulsions.get(repulsion);
      if (before !== undefined) return before;
      const domains = domainsOf(repulsion.pods, repulsion.term.topologyKey);
      const counts = countDomains(new Set(domains), domains);
      ofRepulsions.set(repulsion, counts);
      return counts;
    },
    ofSpread(pod, constraint) {
      const { topologyKey, selector } = constraint;
      const { key, numbers, domains } = eligible(pod.demand, constraint);
      return once(JSON.stringify([pod.namespace, selector, key]), () => {
        const peers = board.peers
          .matching({ namespaces: [pod.namespace], selector })
          .flatMap(({ pods }) => pods);
        const counted = peers.filter(({ node }) => numbers.has(board.numbers.get(node) ?? -1));
        return countDomains(domains, domainsOf(counted, topologyKey));
      });
    },
  };
}

/** Nodes and domains that a spread constraint counts; many constraints count the same. */
interface Eligible {
  readonly key: string;
  readonly numbers: ReadonlySet<number>;
  readonly domains: ReadonlySet<string>;
}

function openEligible(board: Board): (demand: PodDemand, constraint: SpreadConstraint) => Eligible {
  const made = new Map<string, Eligible>();
  return (demand, { topologyKey, allNodes, honorTaints }) => {
    const choice = allNodes ? [] : [demand.nodeSelector, demand.nodeTerms];
    const key = JSON.stringify([
      topologyKey,
      allNodes,
      honorTaints,
      choice,
      honorTaints && demand.tolerations,
    ]);
    const before = made.get(key);
    if (before !== undefined) return before;
    const { chosen } = board.choices(demand);
    const counts = (node: number): boolean =>
      (allNodes || chosen[node] === 1) &&
      (!honorTaints || repellingTaint(demand.tolerations, board.taints[node] ?? []) === undefined);
    const numbers = new Set([...board.nodes.keys()].filter(counts));
    const domains = new Set([...numbers].flatMap((node) => domainOf(board, node, topologyKey) ?? []));
    const eligible = { key, numbers, domains };
    made.set(key, eligible);
    return eligible;
  };
}

function domainOf({ nodes }: Board, node: number | undefined, topologyKey: string): string | undefined {
  return node === undefined ? undefined : nodes[node]?.scheduling.labels[topologyKey];
}
