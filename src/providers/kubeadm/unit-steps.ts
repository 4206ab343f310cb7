import type { NodeObservation, Observation } from '../../cluster/observation.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import { type DrainPlan, drainPolicy } from '../../plan/drain-policy.ts';
import type { Hop, MaintenanceKind, ReplaceKind, Step, StepKind } from '../../plan/plan.ts';
import type { Due, DueNode } from './due.ts';
import { needsApply } from './hop-state.ts';

/** Gates and hooks are the cluster file's. */
type OwnKind = Exclude<StepKind, MaintenanceKind | ReplaceKind | 'gate' | 'hook'>;

/** Measured on two busy cores; a plan's forecast, not a limit. */
const EXPECTED_SECONDS: Readonly<Record<OwnKind, number>> = {
  backup: 60,
  stage: 30,
  'control-plane': 150,
  'node-config': 10,
  drain: 60,
  kubelet: 30,
  ready: 15,
  uncordon: 2,
  settle: 20,
};

export type StagedNode = Pick<NodeObservation, 'name' | 'role'>;

export interface HopInput {
  readonly hop: Hop;
  readonly observation: Observation;
  readonly config: ClusterConfig;
  /** The control plane that the hop begins with. */
  readonly first: string | undefined;
}

/**
 * Packages and images of all hosts before any of them is away: several control planes one after another, since to unpack on all of them
 * at once would slow every member of etcd at the same time; all other hosts side by side.
 */
export function stageUnit(nodes: readonly StagedNode[], hop: Hop): readonly Step[] {
  const several = nodes.filter(({ role }) => role === 'control-plane').length > 1;
  return nodes.map(({ name, role }) =>
    makeStep('stage', hop, `Bring the packages and images of ${hop.to} to ${name}`, {
      node: name,
      batch: several && role === 'control-plane' ? `${hop.to}/stage-${name}` : `${hop.to}/stage`,
    }),
  );
}

/** A control plane by itself, watched before the next one starts. */
export function controlPlaneUnit(
  { node, due }: DueNode,
  { hop, observation, config, first }: HopInput,
): readonly Step[] {
  const { name } = node;
  const soak = config.controlPlane.soakSeconds;
  const place = { node: name, batch: `${hop.to}/${name}` };
  const apply = name === first && needsApply(name, observation.nodes, observation.configuredVersion, hop);
  const does = apply
    ? `kubeadm upgrade apply ${hop.to} on ${name}`
    : `kubeadm upgrade node on control plane ${name}`;
  return [
    ...(due.controlPlane ? [makeStep('control-plane', hop, does, place)] : []),
    ...stepsAway(name, due, hop, place, drainPolicy(config, 'control-plane')),
    makeStep('settle', hop, settleText(`${name} was`, soak), {
      ...place,
      ...(soak > 0 && { soakSeconds: soak }),
      closes: 'control-plane',
    }),
  ];
}

/** One worker's settle is that worker's; that of several comes once all of them are through. */
export function batchUnit(
  members: readonly DueNode[],
  number: number,
  { hop, config }: HopInput,
): readonly Step[] {
  const batch = members.length === 1 ? `${hop.to}/${members[0]?.node.name}` : `${hop.to}/workers-${number}`;
  const names = members.map(({ node }) => node.name);
  const last = names.at(-1) ?? '';
  return [
    ...members.flatMap(({ node: { name }, due }) => {
      const place = { node: name, batch };
      return [
        ...(due.nodeConfig ? [makeStep('node-config', hop, `kubeadm upgrade node on ${name}`, place)] : []),
        ...stepsAway(name, due, hop, place, drainPolicy(config, 'worker')),
      ];
    }),
    {
      ...makeStep(
        'settle',
        hop,
        settleText(names.length === 1 ? `${last} was` : `${names.join(', ')} were`, 0),
        {
          batch,
          closes: 'batch',
          ...(names.length === 1 && { node: last }),
        },
      ),
      id: `${hop.to}/${last}/settle`,
    },
  ];
}

/** The steps during which a node takes no pods. */
function stepsAway(
  name: string,
  due: Due,
  hop: Hop,
  place: Place,
  { says, ...policy }: DrainPlan,
): readonly Step[] {
  const { to } = hop;
  const kubelet = `kubelet and kubectl ${to} on ${name}, held; restart the kubelet`;
  return [
    ...(due.drain
      ? [{ ...makeStep('drain', hop, `Cordon and drain ${name}${says}`, place), ...policy }]
      : []),
    ...(due.packages ? [makeStep('kubelet', hop, kubelet, place)] : []),
    makeStep('ready', hop, `Wait until ${name} is Ready at ${to}`, place),
    ...(due.uncordon ? [makeStep('uncordon', hop, `Uncordon ${name}, if Kubestair cordoned it`, place)] : []),
  ];
}

/** Others follow the canaries only after these were watched. */
export function canarySoak({ hop, config: { workers } }: HopInput): readonly Step[] {
  const soak = workers.strategy === 'rolling' ? (workers.canary?.soakSeconds ?? 0) : 0;
  const step = makeStep('settle', hop, settleText('the canaries were', soak), {
    soakSeconds: soak,
    closes: 'canaries',
  });
  return [{ ...step, id: `${hop.to}/canaries/settle` }];
}

export function hopSettle(hop: Hop, soak = 0): Step {
  const watch = soak > 0 ? `, and watch for ${soak} s` : '';
  const does = `Wait until the cluster is at ${hop.to} and as healthy as before${watch}`;
  return makeStep('settle', hop, does, { ...(soak > 0 && { soakSeconds: soak }), closes: 'hop' });
}

function settleText(who: string, soak: number): string {
  const watch = soak > 0 ? `, and watch for ${soak} s` : '';
  return `Wait until workloads are as healthy as before ${who} upgraded${watch}`;
}

type Place = Pick<Step, 'node' | 'batch' | 'soakSeconds' | 'closes'>;

function makeStep(kind: OwnKind, hop: Hop, does: string, place: Place): Step {
  const id = [hop.to, place.node, kind].filter((part) => part !== undefined).join('/');
  return {
    id,
    kind,
    hop,
    ...place,
    does,
    expectedSeconds: EXPECTED_SECONDS[kind] + (place.soakSeconds ?? 0),
  };
}
