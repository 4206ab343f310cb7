import { JOINING } from '../cluster/mapping.ts';
import type { FreedHost, NodeObservation, Observation, VersionText } from '../cluster/observation.ts';
import { compareVersions } from '../cluster/version.ts';
import type { ClusterConfig } from '../config/schema.ts';

/** A host in the place of a worker. */
export interface Replacement {
  readonly host: FreedHost;
  readonly old: FreedHost;
  /** What the cluster shows of it: the host is no node yet; it is one; it is one with all that the old one had; the old one is gone. */
  readonly state: 'new' | 'joined' | 'ready' | 'left-over';
}

/**
 * Which host takes the place of which worker, in order. What was begun comes first; then each worker that is behind, by name, gets the
 * next free host: those that the cluster file names, those that became free in earlier runs, and then those that become free in this one.
 * Without any free host there are none.
 */
export function replacementsOf(
  observation: Observation,
  config: Pick<ClusterConfig, 'workers'>,
  to: VersionText,
): readonly Replacement[] {
  const { nodes } = observation;
  const workers = nodes.filter(({ role }) => role === 'worker').toSorted(byName);
  const isNode = (name: string) => nodes.some((node) => node.name === name);
  const begun = workers.flatMap((node): readonly Replacement[] => {
    if (node.replaces === undefined) return [];
    return [{ host: node, old: node.replaces, state: isNode(node.replaces.name) ? 'ready' : 'left-over' }];
  });
  const taken = new Set(begun.map(({ old }) => old.name));
  const behind = workers.filter(({ name, kubelet }) => compareVersions(kubelet, to) < 0 && !taken.has(name));
  const joined = workers.filter((node) => isJoining(node) && node.replaces === undefined);
  const free = freeHosts(observation, config);
  // One whose Node is gone although its successor still says that it replaces it is free by both.
  const leaving = begun.map(({ old }) => old).filter(({ name }) => !free.some((host) => host.name === name));
  const queue: { readonly host: FreedHost; readonly state: Replacement['state'] }[] = [
    ...joined.map((host) => ({ host, state: 'joined' as const })),
    ...[...free, ...leaving].map((host) => ({ host, state: 'new' as const })),
  ];
  const fresh: Replacement[] = [];
  for (const old of behind) {
    const next = queue.shift();
    if (next === undefined) break;
    fresh.push({ host: bare(next.host), old: bare(old), state: next.state });
    queue.push({ host: old, state: 'new' });
  }
  return [...begun.map((one) => ({ ...one, host: bare(one.host) })), ...fresh];
}

/** Hosts that belong to no cluster: those of the cluster file, and those whose place another one took. */
export function freeHosts(
  { nodes }: Observation,
  { workers }: Pick<ClusterConfig, 'workers'>,
): readonly FreedHost[] {
  const given = workers.strategy === 'replace' ? workers.spares : [];
  const freed = nodes.flatMap(({ freed: host }) => (host === undefined ? [] : [host])).toSorted(byName);
  const names = new Set(nodes.map(({ name }) => name));
  return [...given, ...freed].filter(({ name }) => {
    if (names.has(name)) return false;
    names.add(name);
    return true;
  });
}

/** Hosts that a run may begin work on although they are no nodes. */
export function spareHosts(
  observation: Observation,
  config: Pick<ClusterConfig, 'workers'>,
): readonly FreedHost[] {
  return config.workers.strategy === 'replace' ? freeHosts(observation, config) : [];
}

/** The cluster once workers were replaced. */
export function projectReplacements(
  observation: Observation,
  replacements: readonly Replacement[],
  to: VersionText,
): Observation {
  let { nodes } = observation;
  for (const { host, old } of replacements) {
    const before = nodes.find(({ name }) => name === old.name);
    nodes = nodes.filter(({ name }) => name !== old.name && name !== host.name);
    if (before === undefined) continue;
    const { replaces: _, cordonedBy: _cordon, ...rest } = before;
    nodes = [...nodes, { ...rest, ...host, kubelet: to, unschedulable: false, freed: old }];
  }
  return { ...observation, nodes };
}

function isJoining({ scheduling }: NodeObservation): boolean {
  return scheduling.taints.some(({ key }) => key === JOINING);
}

function bare({ name, address }: FreedHost): FreedHost {
  return { name, address };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
