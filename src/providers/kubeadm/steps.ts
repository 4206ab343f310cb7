import type { NodeObservation, Observation } from '../../cluster/observation.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import { batchesOf, isCanary } from '../../plan/batches.ts';
import type { Hop, Step } from '../../plan/plan.ts';
import type { HopScope } from '../../plan/project.ts';
import { replacementsOf } from '../../plan/replace.ts';
import { type DueNode, dueOn } from './due.ts';
import { isAt, orderControlPlanes } from './hop-state.ts';
import { isReplaced, replaceUnit, stageSpares } from './replace-steps.ts';
import {
  batchUnit,
  canarySoak,
  controlPlaneUnit,
  type HopInput,
  hopSettle,
  stageUnit,
} from './unit-steps.ts';

/**
 * The steps of one hop that are still to do: packages and images of all hosts, then control planes one after another, then workers in
 * batches, and on each node first what needs no drain. A node that is at the target already gets only what is missing, such as taking
 * back Kubestair's own cordon. Source of the order: kubernetes.io "Upgrading kubeadm clusters".
 */
export function kubeadmSteps(
  hop: Hop,
  observation: Observation,
  config: ClusterConfig,
  scope: HopScope = 'all',
): readonly Step[] {
  const { etcd } = observation;
  const leader = etcd.known ? etcd.value.members.find((member) => member.leader)?.name : undefined;
  const controlPlanes = orderControlPlanes(observation.nodes, hop, leader);
  const all = observation.nodes.filter(({ role }) => role === 'worker');
  const input: HopInput = { hop, observation, config, first: controlPlanes[0]?.name };
  const dueOf = (nodes: readonly NodeObservation[]) =>
    nodes.map((node) => ({ node, due: dueOn(node, hop, observation) })).filter(({ due }) => due.any);
  const servers = dueOf(controlPlanes);
  const replaces = scope === 'all' && config.workers.strategy === 'replace';
  const replacements = replaces ? replacementsOf(observation, config, hop.to) : [];
  const due = scope === 'all' ? dueOf(all) : [];
  const workers = replaces
    ? due.filter((each) => !each.due.drain && !isReplaced(each.node, replacements))
    : due;
  const units = [
    ...servers.map((each) => controlPlaneUnit(each, input)),
    ...replacements.map((each) => replaceUnit(each, hop, config)),
    ...workerUnits(workers, all, input),
  ];
  if (units.length === 0) return [];
  const staged = new Map(
    [...servers, ...workers].filter(({ due }) => due.stage).map(({ node }) => [node.name, node]),
  );
  const inOrder = new Set(units.flat().flatMap(({ node = '' }) => staged.get(node) ?? []));
  // The hop's own settle stands for the last unit's.
  const last = units.at(-1)?.find(({ kind }) => kind === 'settle');
  return [
    ...stageUnit([...inOrder], hop),
    ...stageSpares(replacements, hop),
    ...units.flat().filter((step) => step !== last),
    hopSettle(hop, last?.soakSeconds),
  ];
}

/** Batch by batch, and a soak between the canaries and all others. */
function workerUnits(
  due: readonly DueNode[],
  all: readonly NodeObservation[],
  input: HopInput,
): readonly (readonly Step[])[] {
  const byNode = new Map(due.map((each) => [each.node, each]));
  const batches = batchesOf([...byNode.keys()], all, input.config.workers);
  const units = batches.flatMap(({ nodes, canary }, index) => {
    const unit = batchUnit(
      nodes.flatMap((node) => byNode.get(node) ?? []),
      index + 1,
      input,
    );
    const lastCanary = canary && batches[index + 1]?.canary !== true;
    return lastCanary ? [unit, canarySoak(input)] : [unit];
  });
  const watch = !batches.some(({ canary }) => canary) && canariesUnwatched(due, all, input);
  return watch ? [canarySoak(input), ...units] : units;
}

/** A run was cut off while it watched the canaries: they are through, and no other worker was begun. */
function canariesUnwatched(
  due: readonly DueNode[],
  all: readonly NodeObservation[],
  { hop, config: { workers } }: HopInput,
): boolean {
  const others = all.filter((node) => !isCanary(node, workers));
  const untouched = others.every((node) => !isAt(node.kubelet, hop.to) && node.cordonedBy === undefined);
  return due.length > 0 && others.length < all.length && untouched;
}
