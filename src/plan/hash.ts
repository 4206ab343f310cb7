import { createHash } from 'node:crypto';
import type { Settings } from '../cluster/evidence.ts';
import type { Known } from '../cluster/known.ts';
import type { NodeObservation, Observation } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Finding, Step } from './plan.ts';

export interface HashInput {
  readonly tool: string;
  readonly config: ClusterConfig;
  readonly observation: Observation;
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
}

/** Findings that do not warn, but that an approval is about all the same: who is away for a time. */
const APPROVED_INFO: ReadonlySet<string> = new Set(['single-replicas']);

/**
 * What an approval is bound to: SHA-256, in hexadecimal, of the canonical JSON of what the plan does and rests on.
 * Left out is what changes while nothing of that does: counts of ready pods, names of pods, free bytes, durations, findings that
 * only inform, reasons why something is unknown, and how the cluster is reached (a plan is approved with other credentials than run).
 */
export function planHash({ tool, config, observation, steps, findings }: HashInput): string {
  const { access: _, accept, ...intent } = config;
  const basis = {
    tool,
    config: {
      ...intent,
      backup: { ...intent.backup, encryptTo: intent.backup.encryptTo.toSorted() },
      kubeadm: { ignorePreflightErrors: intent.kubeadm.ignorePreflightErrors.toSorted() },
      accept: sortedByJson(accept.map(({ at: _at, ...each }) => each)),
    },
    clusterUid: observation.clusterUid,
    configuredVersion: valueOrNull(observation.configuredVersion),
    nodes: sortedByJson(observation.nodes.map(nodeBasis)),
    etcd: etcdBasis(observation),
    settings: settingsBasis(observation),
    steps: steps.map(({ expectedSeconds: _seconds, ...step }) => step),
    findings: sortedByJson(
      findings
        .filter(({ severity, check }) => severity !== 'info' || APPROVED_INFO.has(check))
        .map(({ check, severity, object, accepted }) => ({ check, severity, object, accepted })),
    ),
  };
  return createHash('sha256').update(canonicalJson(basis)).digest('hex');
}

/** JSON with sorted keys and no white space; undefined members are left out, as by JSON.stringify. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sortKeys(inner) : inner));
}

function nodeBasis(node: NodeObservation) {
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

function etcdBasis({ etcd }: Observation) {
  if (!etcd.known) return null;
  const members = etcd.value.members.map(({ name, version, learner }) => ({ name, version, learner }));
  return { topology: etcd.value.topology, members: sortedByJson(members) };
}

/** Flags, gates and the like, wherever they are written; a line that moves is no change. */
function settingsBasis({ evidence }: Observation) {
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

function sortedByJson<T>(values: readonly T[]): readonly T[] {
  const keyed = values.map((value) => ({ value, key: canonicalJson(value) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ value }) => value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
