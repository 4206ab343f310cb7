import { isChosen, lastingTaints, repellingTaint } from '../../cluster/node-fit.ts';
import type { NodeObservation, Observation, PodObservation } from '../../cluster/observation.ts';
import type { HostPort, PodDemand, Taint, VolumePlace } from '../../cluster/scheduling.ts';
import { openPeers, type Peers } from './peers.ts';

/** Resource that each pod takes one of, in thousandths like all others. */
export const PODS = 'pods';
export const ONE_POD = 1000;

/** A cluster as the scheduler sees it: nodes by number, with what is free on each. */
export interface Board {
  readonly nodes: readonly NodeObservation[];
  readonly numbers: ReadonlyMap<string, number>;
  /** What is left of each resource on each node; a resource that no node has is absent. */
  readonly free: ReadonlyMap<string, Float64Array>;
  readonly ports: ReadonlyMap<number, readonly HostPort[]>;
  /** The taints of each node that keep pods away. */
  readonly taints: readonly (readonly Taint[])[];
  readonly peers: Peers;
  /** Volumes that not every node reaches, by `namespace/claim`. */
  readonly volumes: Readonly<Record<string, VolumePlace>>;
  /** Nodes that selectors, affinity and taints leave to a pod. */
  choices(demand: PodDemand): Choices;
}

export interface Choices {
  /** Numbers of the nodes, ascending. */
  readonly open: Int32Array;
  /** 1 for each node that the pod chooses, whatever its taints. */
  readonly chosen: Uint8Array;
}

/** Sets up the board of an observation. Pods that are done or on their way out take no room. */
export function openBoard({ nodes, pods, volumes }: Pick<Observation, 'nodes' | 'pods' | 'volumes'>): Board {
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
  const staying = pods.filter((pod) => numbers.has(pod.node) && isStaying(pod));
  const ports = new Map<number, HostPort[]>();
  for (const { node, demand } of staying) {
    const number = numbers.get(node);
    if (number === undefined || demand.hostPorts.length === 0) continue;
    ports.set(number, [...(ports.get(number) ?? []), ...demand.hostPorts]);
  }
  const taints = nodes.map(lastingTaints);
  const known = new Map<PodDemand, Choices>();
  const equal = new Map<string, Choices>();
  return {
    nodes,
    numbers,
    free: freeRoom(nodes, staying, numbers),
    ports,
    taints,
    peers: openPeers(staying),
    volumes,
    choices(demand) {
      const before = known.get(demand);
      if (before !== undefined) return before;
      const key = JSON.stringify([demand.tolerations, demand.nodeSelector, demand.nodeTerms]);
      const choices = equal.get(key) ?? choose(demand, nodes, taints);
      equal.set(key, choices);
      known.set(demand, choices);
      return choices;
    },
  };
}

function isStaying({ terminating, phase }: PodObservation): boolean {
  return !terminating && phase !== 'Succeeded' && phase !== 'Failed';
}

function freeRoom(
  nodes: readonly NodeObservation[],
  pods: readonly PodObservation[],
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<string, Float64Array> {
  const free = new Map<string, Float64Array>();
  for (const [number, { scheduling }] of nodes.entries()) {
    for (const [name, amount] of Object.entries(scheduling.allocatable)) {
      const room = free.get(name) ?? new Float64Array(nodes.length);
      room[number] = amount;
      free.set(name, room);
    }
  }
  const take = (name: string, number: number, amount: number): void => {
    const room = free.get(name);
    if (room !== undefined) room[number] = (room[number] ?? 0) - amount;
  };
  for (const { node, demand } of pods) {
    const number = numbers.get(node);
    if (number === undefined) continue;
    take(PODS, number, ONE_POD);
    for (const name in demand.requests) take(name, number, demand.requests[name] ?? 0);
  }
  return free;
}

function choose(
  demand: PodDemand,
  nodes: readonly NodeObservation[],
  taintsOf: readonly (readonly Taint[])[],
): Choices {
  const chosen = Uint8Array.from(nodes, (node) => (isChosen(demand, node) ? 1 : 0));
  const open = [...nodes.keys()].filter(
    (number) =>
      chosen[number] === 1 && repellingTaint(demand.tolerations, taintsOf[number] ?? []) === undefined,
  );
  return { open: Int32Array.from(open), chosen };
}
