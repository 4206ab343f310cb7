import type { Setting, Settings } from '../cluster/evidence.ts';
import type { Known } from '../cluster/known.ts';
import type { EtcdObservation, NodeObservation, Observation } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { canonicalJson } from './canonical.ts';

/**
 * What a plan rests on and an approval is bound to, beside its steps and findings. Left out is what changes while nothing of that
 * does: counts of ready pods, names of pods, free bytes, reasons why something is unknown, and how the cluster is reached (a
 * plan is approved with other credentials than run). What is not known is null. Values of flags are not in it: some are secrets.
 */
export interface ApprovalBasis {
  /** The cluster file, without `spec.access`. */
  readonly config: Omit<ClusterConfig, 'access' | 'accept' | 'defrag' | 'maintenance'> & {
    readonly accept: readonly Omit<ClusterConfig['accept'][number], 'at'>[];
  };
  readonly configuredVersion: string | null;
  readonly nodes: readonly NodeBasis[];
  readonly etcd: EtcdBasis | null;
  readonly settings: SettingsBasis | null;
}

interface NodeBasis {
  readonly name: string;
  readonly role: NodeObservation['role'];
  readonly kubelet: string;
  readonly kubeProxy: string | null;
  readonly components: Readonly<Record<string, string>> | null;
  readonly containerRuntime: string;
  readonly osImage: string;
  readonly host: {
    readonly os: string;
    readonly cgroup: string;
    readonly packages: Readonly<Record<string, { readonly version: string; readonly held: boolean }>>;
  } | null;
}

interface EtcdBasis {
  readonly topology: EtcdObservation['topology'];
  readonly members: readonly { readonly name: string; readonly version: string; readonly learner: boolean }[];
}

/** Flags, gates and the like, wherever they are written; a line that moves is no change. */
interface SettingsBasis {
  readonly cluster: readonly PlacedSetting[];
  readonly hosts: readonly { readonly node: string; readonly found: readonly PlacedSetting[] | null }[];
}

type PlacedSetting = WithoutLine<Setting>;
type WithoutLine<S> = S extends Setting ? Omit<S, 'line'> : never;

/** Takes out of file and cluster what an approval is bound to; lists without an order are sorted. */
export function approvalBasis(config: ClusterConfig, observation: Observation): ApprovalBasis {
  const { access: _, defrag: _defrag, maintenance: _maintenance, accept, ...intent } = config;
  return {
    config: {
      ...intent,
      backup: { ...intent.backup, encryptTo: intent.backup.encryptTo.toSorted() },
      kubeadm: { ignorePreflightErrors: intent.kubeadm.ignorePreflightErrors.toSorted() },
      accept: sortedByJson(accept.map(({ at: _at, ...each }) => each)),
    },
    configuredVersion: valueOrNull(observation.configuredVersion),
    nodes: sortedByJson(observation.nodes.map(nodeBasis)),
    etcd: etcdBasis(observation),
    settings: settingsBasis(observation),
  };
}

function nodeBasis(node: NodeObservation): NodeBasis {
  const host = valueOrNull(node.host);
  return {
    name: node.name,
    role: node.role,
    kubelet: node.kubelet,
    kubeProxy: valueOrNull(node.kubeProxy),
    components: valueOrNull(node.components),
    containerRuntime: node.containerRuntime,
    osImage: node.osImage,
    host: host === null ? null : { os: host.os, cgroup: host.cgroup, packages: host.packages },
  };
}

function etcdBasis({ etcd }: Observation): EtcdBasis | null {
  if (!etcd.known) return null;
  const members = etcd.value.members.map(({ name, version, learner }) => ({ name, version, learner }));
  return { topology: etcd.value.topology, members: sortedByJson(members) };
}

function settingsBasis({ evidence }: Observation): SettingsBasis | null {
  if (!evidence.known) return null;
  const { clusterSettings, hostSettings } = evidence.value;
  const withoutLines = ({ found }: Settings) => sortedByJson(found.map(({ line: _, ...setting }) => setting));
  return {
    cluster: withoutLines(clusterSettings),
    hosts: sortedByJson(
      hostSettings.map(({ node, found }) => ({
        node,
        found: found.known ? withoutLines(found.value) : null,
      })),
    ),
  };
}

function valueOrNull<T>(fact: Known<T>): T | null {
  return fact.known ? fact.value : null;
}

/** Sorts what has no order of its own, so that it makes none in a hash. */
export function sortedByJson<T>(values: readonly T[]): readonly T[] {
  const keyed = values.map((value) => ({ value, key: canonicalJson(value) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ value }) => value);
}
