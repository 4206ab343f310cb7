import { matchesAny, repellingTaint } from '../../cluster/node-fit.ts';
import type { PodObservation } from '../../cluster/observation.ts';
import type { HostPort } from '../../cluster/scheduling.ts';
import { type Board, ONE_POD, PODS } from './board.ts';
import { type Company, openCompany, type Rule } from './company.ts';
import type { Move } from './move.ts';

/** Tells which pods of drained nodes find no other place. */
export interface Placer {
  /**
   * Puts the pods of nodes that are drained together on the others, the largest first, each where it fits.
   * @returns for each pod without a place why, as `too little cpu left (3 nodes), the taint x=y:NoSchedule (1 node)`
   */
  place(nodes: readonly string[], evicted: readonly PodObservation[]): ReadonlyMap<PodObservation, string>;
}

/**
 * Judges the drains of each batch from the cluster as it is, with its nodes out of use. It is a forecast: the scheduler may choose other
 * places, and pods may come and go until then.
 */
export function openPlacer(board: Board): Placer {
  const company = openCompany(board);
  /** What was told of a workload before: its pods are alike, and a full cluster has many. */
  const told = new Map<string, string>();
  return {
    place(nodes, evicted) {
      const from = new Set(nodes.flatMap((node) => board.numbers.get(node) ?? []));
      const placed = new Map<number, PodObservation[]>();
      const move: Move = { from, evicted, placed };
      const nowhere = new Map<PodObservation, string>();
      for (const pod of evicted.toSorted(bySize)) {
        const rules = rulesOf(pod, move, board, company);
        const to = firstFit(pod, rules, move, board);
        if (to !== undefined) {
          placed.set(to, [...(placed.get(to) ?? []), pod]);
          continue;
        }
        const workload = pod.workload ?? '';
        const reason = told.get(workload) ?? tally(pod, rules, move, board);
        if (workload !== '') told.set(workload, reason);
        nowhere.set(pod, reason);
      }
      return nowhere;
    },
  };
}

/** Large pods first, as they are the hardest to place; equal ones in the order of their names, so that a plan says the same twice. */
function bySize(a: PodObservation, b: PodObservation): number {
  return sizeOf(b) - sizeOf(a) || (a.name < b.name ? -1 : 1);
}

/** A core weighs as much as 4 GiB. */
function sizeOf({ demand: { requests } }: PodObservation): number {
  return (requests.cpu ?? 0) + (requests.memory ?? 0) / (4 * 2 ** 30);
}

function firstFit(
  pod: PodObservation,
  rules: readonly Rule[],
  { from }: Move,
  board: Board,
): number | undefined {
  const { open } = board.choices(pod.demand);
  // Not always the same first node, which would soon be full.
  const [first = 0] = from;
  const start = (first * 7919) % Math.max(1, open.length);
  for (let step = 0; step < open.length; step += 1) {
    const node = open[(start + step) % open.length] ?? -1;
    if (!from.has(node) && rules.every((rule) => rule(node) === undefined)) return node;
  }
  return undefined;
}

/** The rules beside node selectors and taints, the cheapest first. */
function rulesOf(pod: PodObservation, move: Move, board: Board, company: Company): readonly Rule[] {
  return [
    roomRule(pod, move, board),
    portRule(pod, move, board),
    volumeRule(pod, board),
    ...company.rulesOf(pod, move),
  ];
}

function roomRule({ demand }: PodObservation, { placed }: Move, { free }: Board): Rule {
  const wanted = [...Object.entries(demand.requests), [PODS, ONE_POD] as const]
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => ({ name, amount, room: free.get(name) }));
  return (node) => {
    const guests = placed.get(node) ?? [];
    for (const { name, amount, room } of wanted) {
      let left = room?.[node] ?? 0;
      for (const guest of guests) left -= name === PODS ? ONE_POD : (guest.demand.requests[name] ?? 0);
      if (left < amount) return name === PODS ? 'no room for another pod' : `too little ${name} left`;
    }
    return undefined;
  };
}

/** Source: kube-scheduler v1.36, framework/types.go (HostPortInfo.CheckConflict). */
function portRule({ demand: { hostPorts } }: PodObservation, { placed }: Move, { ports }: Board): Rule {
  if (hostPorts.length === 0) return () => undefined;
  return (node) => {
    const taken = [
      ...(ports.get(node) ?? []),
      ...(placed.get(node) ?? []).flatMap(({ demand }) => demand.hostPorts),
    ];
    const conflict = hostPorts.find((port) => taken.some((other) => collide(port, other)));
    return conflict === undefined ? undefined : `its host port ${conflict.port} taken`;
  };
}

function collide(a: HostPort, b: HostPort): boolean {
  const sameAddress = a.address === '' || b.address === '' || a.address === b.address;
  return a.port === b.port && a.protocol === b.protocol && sameAddress;
}

function volumeRule({ namespace, claims = [] }: PodObservation, { volumes, nodes }: Board): Rule {
  const places = claims.flatMap((claim) => volumes[`${namespace}/${claim}`] ?? []);
  if (places.length === 0) return () => undefined;
  return (number) => {
    const node = nodes[number];
    const missing = places.find(({ nodeTerms }) => node === undefined || !matchesAny(nodeTerms, node));
    if (missing === undefined) return undefined;
    return `no access to ${missing.local ? 'its local volume' : 'its volume'} ${missing.name}`;
  };
}

/** Why none of the other nodes takes a pod: each by what speaks against it first. */
function tally(pod: PodObservation, rules: readonly Rule[], { from }: Move, board: Board): string {
  if (board.nodes.length <= from.size) return 'there is no other node';
  const { chosen } = board.choices(pod.demand);
  const counts = new Map<string, number>();
  for (const node of board.nodes.keys()) {
    if (from.has(node)) continue;
    const reason = reasonAgainst(node, pod, chosen, rules, board);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason} (${count} ${count === 1 ? 'node' : 'nodes'})`)
    .join(', ');
}

function reasonAgainst(
  node: number,
  { demand }: PodObservation,
  chosen: Uint8Array,
  rules: readonly Rule[],
  { taints }: Board,
): string {
  if (chosen[node] !== 1) return 'not chosen by its node selector or affinity';
  const taint = repellingTaint(demand.tolerations, taints[node] ?? []);
  if (taint?.key === 'node.kubernetes.io/unschedulable') return 'cordoned by somebody else';
  if (taint !== undefined) {
    return `the taint ${taint.key}${taint.value === '' ? '' : `=${taint.value}`}:${taint.effect}`;
  }
  for (const rule of rules) {
    const reason = rule(node);
    if (reason !== undefined) return reason;
  }
  return 'taken by the other pods of this node';
}
