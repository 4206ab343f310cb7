import type { LabelSelector } from './observation.ts';

/** What the scheduler goes by, as far as a forecast of drains needs it: plain data, and equal parts shared. */

export type Labels = Readonly<Record<string, string>>;

/** Amounts by resource name, in thousandths of the resource's unit. */
export type Resources = Readonly<Record<string, number>>;

export interface NodeScheduling {
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  /** What pods may request in all, the number of pods included. */
  readonly allocatable: Resources;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** What a pod asks of a node. Pods that are bound to theirs by nature (DaemonSets', static ones) have only what others collide with. */
export interface PodDemand {
  readonly requests: Resources;
  readonly tolerations: readonly Toleration[];
  readonly nodeSelector: Labels;
  /** Required node affinity: one of these has to match; undefined when there is none. */
  readonly nodeTerms?: readonly NodeTerm[];
  readonly affinity: readonly PodTerm[];
  readonly antiAffinity: readonly PodTerm[];
  /** Topology spread constraints that keep a pod from being scheduled. */
  readonly spread: readonly SpreadConstraint[];
  readonly hostPorts: readonly HostPort[];
  /** Names of hostPath volumes. */
  readonly hostPaths: readonly string[];
  /** Devices are allotted by ResourceClaims, which this forecast cannot judge. */
  readonly devices: boolean;
  readonly graceSeconds: number;
}

/** A core/v1 NodeSelectorTerm. */
export interface NodeTerm {
  readonly matchExpressions: readonly NodeRequirement[];
  readonly matchFields: readonly NodeRequirement[];
}

export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A core/v1 PodAffinityTerm of the required kind. */
export interface PodTerm {
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  /** Namespaces of the pods that are meant; undefined for all of them. */
  readonly namespaces?: readonly string[];
}

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector;
  /** Whether nodes that the pod's node affinity rules out count as domains. */
  readonly allNodes: boolean;
  /** Whether nodes with taints that the pod does not tolerate are left out. */
  readonly honorTaints: boolean;
}

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  readonly address: string;
}

/** Where the data of a bound PersistentVolume can be reached. */
export interface VolumePlace {
  readonly name: string;
  /** Nodes that reach it, by required node affinity. */
  readonly nodeTerms: readonly NodeTerm[];
  /** Its data lies on one node: a local or a hostPath volume. */
  readonly local: boolean;
}
